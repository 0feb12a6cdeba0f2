package io.kvs.run;

import io.kvs.CorruptionException;
import io.kvs.format.Checksum;
import io.kvs.format.FileNames;
import io.kvs.format.KeyHash;
import io.kvs.format.LittleEndian;
import io.kvs.format.PositionMask;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// An immutable file of keys in order, each with the place of its record, for parts of one or more
/// segments (FORMAT.md, "Run file").
///
/// What is read is copied to the heap and verified before it is believed. Safe for use by any
/// number of threads.
public final class Run implements AutoCloseable {
    /// The run lists no record of the key.
    public static final long ABSENT = HashIndex.ABSENT;

    /// Only the blocks can tell.
    public static final long UNKNOWN = HashIndex.UNKNOWN;

    /// Of how many parts of segments a run can list the records.
    public static final int PARTS_MAX = 1 << HashIndex.PART_BITS;

    /// Two keys of the largest size, which an index block has at least, and what it is filled to.
    private static final int BLOCK_MAX_BYTES = 192 << 10;

    /// So many cursors that nobody uses are kept.
    private static final int IDLE_MAX = 4;

    private static final ThreadLocal<BlockReader> READER =
            ThreadLocal.withInitial(BlockReader::new);

    private final long id;
    private final String path;
    private final RunBytes file;
    private final RunTail tail;
    private final int levels;
    private final HashIndex index;
    private final KeyHash hash;
    private final long salt;
    private final AtomicReferenceArray<@Nullable RunCursor> idle =
            new AtomicReferenceArray<>(IDLE_MAX);

    private Run(long storeId, long id, String path, RunBytes file, RunTail tail) {
        this.id = id;
        this.path = path;
        this.file = file;
        this.tail = tail;
        this.salt = PositionMask.salt(storeId, id);
        this.hash = hash(storeId);
        this.index =
                new HashIndex(
                        file, tail.indexOffset(), tail.indexLines(), tail.chosenLines(), salt);
        BlockReader root = new BlockReader();
        openRoot(root);
        this.levels = root.next() ? (int) root.first() + 1 : 0;
    }

    /// Opens a run for plain reads, without mapping it.
    ///
    /// @throws java.nio.file.NoSuchFileException there is none with this id
    /// @throws CorruptionException its tail is damaged, or it belongs elsewhere
    public static Run open(Disk disk, long storeId, long id) throws IOException {
        String path = disk.path(FileNames.run(id));
        DiskFile file = disk.open(FileNames.run(id), Disk.Access.READ);
        return open(new RunBytes.Plain(file, path), path, storeId, id);
    }

    /// Opens a run and maps it into memory.
    ///
    /// @throws java.nio.file.NoSuchFileException there is none with this id
    /// @throws CorruptionException its tail is damaged, or it belongs elsewhere
    public static Run map(Disk disk, long storeId, long id) throws IOException {
        String path = disk.path(FileNames.run(id));
        try (DiskFile file = disk.open(FileNames.run(id), Disk.Access.READ)) {
            long size = file.size();
            if (size < RunTail.FOOTER_BYTES) {
                throw new CorruptionException(path, 0, "too short for a run");
            }
            RunBytes mapped = new RunBytes.Mapped(file.map(size, Disk.Access.READ));
            return open(mapped, path, storeId, id);
        }
    }

    /// Does the same with a run that has just been written: those who read it by chance are spared
    /// the page faults; see {@link io.kvs.io.MappedFile#prefault}.
    public static Run mapNew(Disk disk, long storeId, long id) throws IOException {
        Run run = map(disk, storeId, id);
        run.file.prefault(0, run.bytes());
        return run;
    }

    private static Run open(RunBytes file, String path, long storeId, long id) throws IOException {
        try {
            RunTail tail = RunTail.read(file, path, storeId, id);
            return new Run(storeId, id, path, file, tail);
        } catch (IOException | RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    /// Returns the hash function of the hash indexes of a store. It is part of the format.
    public static KeyHash hash(long storeId) {
        return new KeyHash(storeId);
    }

    /// Returns its id, also in its file name.
    public long id() {
        return id;
    }

    /// Returns the path of the file, for messages.
    public String path() {
        return path;
    }

    /// Returns of what it lists every record.
    public List<Covered> covered() {
        return tail.covered();
    }

    /// Returns how many entries it has.
    public long entries() {
        return tail.entries();
    }

    /// Returns the size of the file.
    public long bytes() {
        return tail.fileBytes();
    }

    /// Returns all entries of a key from the newest to the oldest; usually none or one.
    ///
    /// @throws CorruptionException what would tell is damaged
    /// @throws IllegalStateException it is mapped and was closed
    public List<RunEntry> find(byte[] key) throws IOException {
        return find(key, hash.of(key));
    }

    /// Does the same with the hash of the key, which is the same for all runs of the store.
    ///
    /// @param keyHash the {@link #hash} of the key
    public List<RunEntry> find(byte[] key, long keyHash) throws IOException {
        BlockReader block = READER.get();
        if (levels == 0
                || index.find(keyHash, block.buffer(HashIndex.LINE_BYTES)) == HashIndex.ABSENT) {
            return List.of();
        }
        openRoot(block);
        for (int level = levels - 1; level >= 0; level--) {
            if (!block.seek(key)) {
                return List.of();
            }
            openBlock(block, block, level);
        }
        if (!block.seek(key) || !block.isExact()) {
            return List.of();
        }
        RunEntry entry = entry(key, block);
        return block.next() && !block.hasKey(key) ? List.of(entry) : findAll(key);
    }

    /// Brings what {@link #findPlace} will read nearer to the processor; returns a word of it, for
    /// {@link io.kvs.segment.Words#keep}.
    ///
    /// @param keyHash the {@link #hash} of the key
    public long touch(long keyHash) {
        return index.touch(keyHash);
    }

    /// Spares the first calls of {@link #findPlace} page faults; see {@link
    /// io.kvs.io.MappedFile#prefault}.
    public void prefault() {
        file.prefault(tail.indexOffset(), tail.offset());
    }

    /// Returns the place of the newest record of a key, as far as it can be told without looking at
    /// keys: it may be that of another key, which the record itself tells. Returns {@link #ABSENT}
    /// if the run lists no record of the key, and {@link #UNKNOWN} if {@link #find} has to tell.
    ///
    /// @param keyHash the {@link #hash} of the key
    /// @return see {@link #segmentIdAt} and {@link #offsetAt}
    public long findPlace(long keyHash) throws IOException {
        return index.find(keyHash, READER.get().buffer(HashIndex.LINE_BYTES));
    }

    /// Returns the id of the segment of a place.
    public long segmentIdAt(long place) {
        return tail.covered().get(HashIndex.part(place)).segmentId();
    }

    /// Returns the offset in its segment of a place.
    public long offsetAt(long place) {
        return HashIndex.offset(place);
    }

    /// Returns a cursor before the first entry: one that was given back, if there is such, since a
    /// scan needs one of each run, with buffers of some kilobytes.
    public RunCursor cursor() {
        for (int i = 0; i < IDLE_MAX; i++) {
            RunCursor cursor = idle.getPlain(i) == null ? null : idle.getAndSet(i, null);
            if (cursor != null) {
                cursor.rewind();
                return cursor;
            }
        }
        return new RunCursor(this);
    }

    /// Keeps a cursor for the next who asks for one.
    void takeBack(RunCursor cursor) {
        for (int i = 0; i < IDLE_MAX; i++) {
            if (idle.getPlain(i) == null && idle.compareAndSet(i, null, cursor)) {
                return;
            }
        }
    }

    /// Releases the file or its mapping once no thread is inside an access.
    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            // It was only read from: there is nothing to lose.
        }
    }

    /// Returns how many levels of blocks there are below the root; 0 if the run is empty.
    int levels() {
        return levels;
    }

    /// Sets a reader upon the root of the index.
    void openRoot(BlockReader reader) {
        if (!reader.open(tail.root(), 0, tail.root().length)) {
            throw corruption(tail.offset(), "the root is no block");
        }
    }

    /// Reads and verifies a block.
    ///
    /// @param target the reader to be set upon it
    /// @param index a reader that stands at the pointer to it; may be the same
    /// @param level the level on which it must be: 0 for entries
    void openBlock(BlockReader target, BlockReader index, int level) throws IOException {
        long offset = index.second();
        long length = index.third();
        if (index.first() != level
                || length < 2 * Integer.BYTES
                || length > BLOCK_MAX_BYTES
                || offset < 0
                || offset > tail.indexOffset() - length) {
            throw corruption(tail.offset(), "a pointer to what is no block");
        }
        byte[] content = target.buffer((int) length);
        file.read(offset, content, (int) length);
        int end = (int) length - Integer.BYTES;
        int stored = LittleEndian.getInt(content, end);
        int computed = Checksum.of(content, 0, end) ^ (int) PositionMask.of(salt, offset);
        if (stored != computed) {
            throw corruption(
                    offset,
                    "stored checksum "
                            + Integer.toHexString(stored)
                            + ", computed "
                            + Integer.toHexString(computed));
        }
        if (!target.open(content, 0, end) || target.intervals() == 0) {
            throw corruption(offset, "no block here");
        }
    }

    /// Finds the entries of a key of which there may be several, also in several blocks.
    private List<RunEntry> findAll(byte[] key) throws IOException {
        List<RunEntry> found = new ArrayList<>(2);
        RunCursor cursor = cursor();
        cursor.seek(key);
        while (cursor.next() && Arrays.equals(cursor.key(), key)) {
            found.add(cursor.entry());
        }
        cursor.release();
        return found;
    }

    private RunEntry entry(byte[] key, BlockReader block) {
        return new RunEntry(
                key,
                tail.covered().get((int) block.first()).segmentId(),
                block.second() << 3,
                LengthAndKind.valueLength(block.third()),
                LengthAndKind.isTombstone(block.third()),
                LengthAndKind.isExpiring(block.third()));
    }

    private CorruptionException corruption(long offset, String problem) {
        return new CorruptionException(path, offset, problem);
    }
}
