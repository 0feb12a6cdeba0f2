package io.kvs;

import io.kvs.engine.Inspector;
import io.kvs.engine.LogStore;
import io.kvs.io.RealDisk;
import io.kvs.io.ThreadBackground;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A persistent key-value store in a directory.
///
/// ```java
/// try (KvStore store = KvStore.open(Path.of("data"))) {
///     store.set("key", "value");
///     Optional<String> value = store.get("key");
///     store.remove("key");
/// }
/// ```
///
/// Every write is appended to a log of segment files; an index in memory points into it (Bitcask:
/// Sheehy and Smith, 2010). Keys are 1 to 65 536 bytes, values 0 bytes to 1 GiB less the key and 32
/// bytes. Any number of threads may use one store; reads take no lock. One store object at a time
/// owns a directory.
public final class KvStore implements KvsEngine {
    private final LogStore store;

    private KvStore(LogStore store) {
        this.store = store;
    }

    /// Opens the store in `directory` with the default options; see {@link #open(Path,
    /// KvsOptions)}.
    public static KvStore open(Path directory) {
        return open(directory, KvsOptions.defaults());
    }

    /// Opens the store in `directory`, and creates directory and store if there is none.
    ///
    /// On return everything that was acknowledged is there, as far as the durability it was written
    /// with promises; {@link #recovery()} tells what had to be done.
    ///
    /// @throws StoreLockedException another store object, here or in another process, owns it
    /// @throws StoreIoException no such parent directory, a file in its place, no permission, …
    /// @throws CorruptionException it is damaged so far that it cannot be relied on
    /// @throws UnsupportedFormatException it was written by another version
    public static KvStore open(Path directory, KvsOptions options) {
        create(directory);
        return new KvStore(
                LogStore.open(
                        new RealDisk(directory),
                        options,
                        new ThreadBackground(),
                        new SecureRandom()));
    }

    private static void create(Path directory) {
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw new StoreIoException(directory + " is a file, not a directory", e);
            }
        } catch (NoSuchFileException e) {
            throw new StoreIoException(
                    "cannot create " + directory + ": its parent directory does not exist", e);
        } catch (IOException e) {
            throw new StoreIoException("cannot create " + directory + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void set(byte[] key, byte[] value) {
        store.set(key, value);
    }

    /// Stores `value` under `key` with another durability than the store's default; see {@link
    /// KvsEngine#set(byte[], byte[])}.
    public void set(byte[] key, byte[] value, Durability durability) {
        store.set(key, value, durability);
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        return store.get(key);
    }

    @Override
    public void remove(byte[] key) {
        store.remove(key);
    }

    /// Removes `key` with another durability than the store's default; see {@link
    /// KvsEngine#remove(byte[])}.
    public void remove(byte[] key, Durability durability) {
        store.remove(key, durability);
    }

    @Override
    public boolean compareAndSet(byte[] key, byte @Nullable [] expected, byte @Nullable [] value) {
        return store.compareAndSet(key, expected, value);
    }

    /// Changes the value of `key` if it is `expected`, with another durability than the store's
    /// default; see {@link KvsEngine#compareAndSet(byte[], byte[], byte[])}.
    public boolean compareAndSet(
            byte[] key,
            byte @Nullable [] expected,
            byte @Nullable [] value,
            Durability durability) {
        return store.compareAndSet(key, expected, value, durability);
    }

    @Override
    public List<Optional<byte[]>> getAll(List<byte[]> keys) {
        return store.getAll(keys);
    }

    @Override
    public void write(WriteBatch batch) {
        store.write(batch);
    }

    /// Applies `batch` with another durability than the store's default; see {@link
    /// KvsEngine#write(WriteBatch)}.
    public void write(WriteBatch batch, Durability durability) {
        store.write(batch, durability);
    }

    @Override
    public void sync() {
        store.sync();
    }

    @Override
    public void compact() {
        store.compact();
    }

    @Override
    public long size() {
        return store.size();
    }

    /// What {@link #forEach} calls for each entry.
    @FunctionalInterface
    public interface Visitor {
        /// Takes an entry; both arrays belong to the visitor.
        void entry(byte[] key, byte[] value);
    }

    /// Calls `visitor` for every entry, in no particular order.
    ///
    /// An entry that is written or removed meanwhile is visited with its old or its new value, or
    /// not. Reads and writes go on meanwhile; compaction waits.
    ///
    /// @throws CorruptionException a record is damaged
    public void forEach(Visitor visitor) {
        store.forEach(visitor);
    }

    /// Returns figures of the store in `directory` without owning it, also beside its owner.
    ///
    /// @throws StoreIoException there is no store, or it cannot be read
    public static StoreStats inspect(Path directory) {
        return inspector(directory).stats();
    }

    /// Reads everything in the store in `directory` and reports what is damaged, without owning or
    /// changing it, also beside its owner.
    ///
    /// @throws StoreIoException there is no store, or it cannot be read
    public static VerifyReport verify(Path directory) {
        return inspector(directory).verify();
    }

    private static Inspector inspector(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new StoreIoException("there is no directory " + directory, null);
        }
        return new Inspector(new RealDisk(directory), new SecureRandom());
    }

    /// Returns figures of the store: keys, live and stale bytes, segments, amplification.
    public StoreStats stats() {
        return store.stats();
    }

    /// Returns what opening found and did.
    public RecoveryReport recovery() {
        return store.recovery();
    }

    @Override
    public void close() {
        store.close();
    }
}
