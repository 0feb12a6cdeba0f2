package io.kvs.compression;

import io.kvs.Compression;
import io.kvs.Compressions;
import io.kvs.CorruptionException;
import io.kvs.UnsupportedFormatException;
import io.kvs.format.DictionaryFile;
import io.kvs.format.FileNames;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The dictionaries of a store: those that its segments were compressed with, and the *current*
/// one, which compaction compresses with.
///
/// A dictionary is made rarely, so all stay in memory until the store is closed. The file of one
/// that no segment refers to any more is deleted at the next open.
public final class Dictionaries implements AutoCloseable {
    private final Disk disk;
    private final long storeId;
    private final Map<Long, Dictionary> byId = new HashMap<>();
    private volatile @Nullable Dictionary current;

    /// Makes it for a store that has none yet.
    public Dictionaries(Disk disk, long storeId) {
        this.disk = disk;
        this.storeId = storeId;
    }

    /// Returns the dictionary with which compaction compresses, or null if it does not.
    public @Nullable Dictionary current() {
        return current;
    }

    /// Returns the name of what compaction compresses with, {@link Compressions#NONE} if it does
    /// not.
    public String compression() {
        Dictionary used = current;
        return used == null ? Compressions.NONE : used.compression();
    }

    /// Makes one of them the current one, or none.
    public void setCurrent(@Nullable Dictionary dictionary) {
        current = dictionary;
    }

    /// Returns all, in no particular order.
    public synchronized List<Dictionary> all() {
        return List.copyOf(byId.values());
    }

    /// Returns the dictionary with an id, and reads it if that has not been done. A damaged one
    /// cannot decompress anything.
    ///
    /// @param damage told of what is wrong with it
    /// @throws UnsupportedFormatException its compression is not present
    public synchronized Dictionary load(long id, Consumer<CorruptionException> damage)
            throws IOException {
        Dictionary known = byId.get(id);
        if (known != null) {
            return known;
        }
        byte[] bytes = read(FileNames.dictionary(id));
        DictionaryFile file = bytes == null ? null : DictionaryFile.decode(bytes);
        String path = disk.path(FileNames.dictionary(id));
        if (file == null || file.storeId() != storeId || file.id() != id) {
            String problem = bytes == null ? "the dictionary is missing" : "no copy is intact";
            return damaged(id, new DamagedCompressor(path, problem), damage);
        }
        if (bytes != null && !DictionaryFile.isWhole(bytes)) {
            damage.accept(
                    new CorruptionException(
                            path, 0, "one of the two copies is damaged; the other one was used"));
        }
        Compression compression = Compressions.find(file.compression());
        if (compression == null) {
            throw new UnsupportedFormatException(
                    path
                            + " belongs to the compression "
                            + file.compression()
                            + ", which is not present; there are "
                            + Compressions.names());
        }
        return add(new Dictionary(file, compression.compressor(file.content())));
    }

    /// Writes a dictionary and puts it, and its name, on stable storage.
    ///
    /// @param id its id, which no file has
    /// @param content the dictionary, may be empty
    /// @param ratio how long the samples were after compression, as a share of their length
    public synchronized Dictionary create(
            long id, Compression compression, byte[] content, double ratio) throws IOException {
        DictionaryFile file =
                new DictionaryFile(
                        storeId, id, compression.name(), (int) Math.round(1000 * ratio), content);
        byte[] bytes = file.encode();
        try (DiskFile created = disk.create(FileNames.dictionary(id))) {
            created.write(0, bytes, 0, bytes.length);
            created.sync();
        }
        disk.syncDirectory();
        return add(new Dictionary(file, compression.compressor(content)));
    }

    /// Gives back what all of them hold.
    @Override
    public synchronized void close() {
        byId.values().forEach(Dictionary::close);
    }

    private Dictionary add(Dictionary dictionary) {
        byId.put(dictionary.id(), dictionary);
        return dictionary;
    }

    private Dictionary damaged(
            long id, DamagedCompressor compressor, Consumer<CorruptionException> damage) {
        damage.accept(compressor.damage());
        DictionaryFile file = new DictionaryFile(storeId, id, Compressions.NONE, 1000, new byte[0]);
        return add(new Dictionary(file, compressor));
    }

    private byte @Nullable [] read(String name) throws IOException {
        try (DiskFile file = disk.open(name, Disk.Access.READ)) {
            byte[] bytes = new byte[(int) Math.min(file.size(), Integer.MAX_VALUE - 8)];
            file.read(0, bytes, 0, bytes.length);
            return bytes;
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
