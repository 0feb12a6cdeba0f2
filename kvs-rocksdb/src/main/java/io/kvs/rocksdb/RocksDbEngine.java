package io.kvs.rocksdb;

import io.kvs.CompactionFailedException;
import io.kvs.Cursor;
import io.kvs.Durability;
import io.kvs.EngineOptions;
import io.kvs.EntryTooLargeException;
import io.kvs.ExpiringKvsEngine;
import io.kvs.InvalidKeyException;
import io.kvs.KeyNotFoundException;
import io.kvs.KvsException;
import io.kvs.OrderedKvsEngine;
import io.kvs.Scan;
import io.kvs.Snapshot;
import io.kvs.StoreClosedException;
import io.kvs.StoreIoException;
import io.kvs.TimeToLive;
import io.kvs.Transaction;
import io.kvs.WriteBatch;
import io.kvs.io.Disk.DirectoryLock;
import io.kvs.io.RealDisk;
import io.kvs.transaction.OptimisticTransaction;
import io.kvs.transaction.ReadSet;
import io.kvs.transaction.VersionedSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// An engine on RocksDB.
///
/// Its files are in the directory `rocksdb` below the one it is opened in, which it owns by the
/// lock file there. Keys are 1 to 65 536 bytes; an entry or a batch has at most 1 GiB. Under {@link
/// Durability#PROCESS} a write is handed to the operating system before it returns, and synced in
/// the background; under {@link Durability#SYNC} it is synced before, with those of others that
/// wait at the same time.
///
/// Writes of keys that share one of 256 locks wait for each other, reads for nobody. {@link
/// #size()} goes over all keys. After a failed write or sync there are no more writes.
public final class RocksDbEngine implements OrderedKvsEngine, ExpiringKvsEngine {
    /// The largest entry and the largest batch, in bytes of keys and values.
    public static final long ENTRY_BYTES_MAX = 1L << 30;

    private static final String SUBDIRECTORY = "rocksdb";
    private static final String LOCK = "LOCK";

    /// How long a value stays after it has expired before it is dropped by itself; and how many are
    /// dropped before others get a chance.
    private static final Duration DROP_DELAY = Duration.ofSeconds(10);

    private static final long DROP_COUNT_MAX = 1000;

    private final DirectoryLock directoryLock;
    private final Database database;
    private final Failures failures;
    private final InstantSource clock;
    private final KeyLocks locks = new KeyLocks();
    private final Guard guard = new Guard(StoreClosedException::new);
    private final Expiration expiration;
    private final Upkeep upkeep;

    private RocksDbEngine(
            DirectoryLock directoryLock,
            Database database,
            Failures failures,
            EngineOptions options,
            InstantSource clock) {
        this.directoryLock = directoryLock;
        this.database = database;
        this.failures = failures;
        this.clock = clock;
        expiration = new Expiration(database, locks);
        upkeep = new Upkeep(options.syncInterval(), this::keepUp);
    }

    /// Opens the engine in an existing directory, with the clock of the system; creates what is not
    /// there yet.
    ///
    /// @throws io.kvs.StoreLockedException another engine, here or in another process, owns it
    /// @throws StoreIoException the operating system refuses something
    /// @throws io.kvs.CorruptionException it is damaged so far that it cannot be relied on
    public static RocksDbEngine open(Path directory, EngineOptions options) {
        return open(directory, options, InstantSource.system());
    }

    /// Does the same with another clock, which tells what has expired.
    public static RocksDbEngine open(Path directory, EngineOptions options, InstantSource clock) {
        String files = directory.resolve(SUBDIRECTORY).toString();
        Failures failures = new Failures(files);
        try {
            String owner = "process " + ProcessHandle.current().pid();
            DirectoryLock lock = new RealDisk(directory).lock(LOCK, owner);
            try {
                Database database = new Database(files, options.durability());
                return new RocksDbEngine(lock, database, failures, options, clock);
            } catch (RocksDBException e) {
                lock.close();
                throw failures.ofReading(e);
            } catch (RuntimeException | Error e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StoreIoException("cannot open " + directory + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        byte[] stored = find(key);
        return stored == null ? Optional.empty() : Optional.of(StoredValue.value(stored));
    }

    @Override
    public List<Optional<byte[]>> getAll(List<byte[]> keys) {
        keys.forEach(InvalidKeyException::check);
        if (keys.isEmpty()) {
            return List.of();
        }
        guard.enter();
        try {
            List<Optional<byte[]>> values = new ArrayList<>(keys.size());
            long nowMillis = clock.millis();
            for (byte[] stored : database.rocks.multiGetAsList(database.reading, keys)) {
                values.add(Optional.ofNullable(live(stored, nowMillis)).map(StoredValue::value));
            }
            return values;
        } catch (RocksDBException e) {
            throw failures.ofReading(e);
        } finally {
            guard.exit();
        }
    }

    @Override
    public Optional<Instant> expiry(byte[] key) {
        byte[] stored = find(key);
        return stored == null || StoredValue.expiryMillis(stored) == StoredValue.NEVER
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli(StoredValue.expiryMillis(stored)));
    }

    private byte @Nullable [] find(byte[] key) {
        InvalidKeyException.check(key);
        guard.enter();
        try {
            return live(read(key), clock.millis());
        } finally {
            guard.exit();
        }
    }

    @Override
    public void set(byte[] key, byte[] value) {
        change(key, value.length, () -> put(key, StoredValue.encode(value, StoredValue.NEVER)));
    }

    @Override
    public void set(byte[] key, byte[] value, Duration timeToLive) {
        long expiryMillis = expiryMillis(timeToLive);
        change(key, value.length, () -> put(key, StoredValue.encode(value, expiryMillis)));
    }

    @Override
    public void remove(byte[] key) {
        boolean found =
                changeIf(
                        key,
                        0,
                        () -> {
                            byte[] stored = read(key);
                            if (stored == null) {
                                return false;
                            }
                            delete(key);
                            return !StoredValue.isExpired(stored, clock.millis());
                        });
        if (!found) {
            throw new KeyNotFoundException();
        }
    }

    @Override
    public boolean compareAndSet(byte[] key, byte @Nullable [] expected, byte @Nullable [] value) {
        return exchange(key, expected, value, StoredValue.NEVER);
    }

    @Override
    public boolean compareAndSet(
            byte[] key, byte @Nullable [] expected, byte[] value, Duration timeToLive) {
        return exchange(key, expected, value, expiryMillis(timeToLive));
    }

    private boolean exchange(
            byte[] key, byte @Nullable [] expected, byte @Nullable [] value, long expiryMillis) {
        return changeIf(
                key,
                value == null ? 0 : value.length,
                () -> {
                    byte[] present = live(read(key), clock.millis());
                    if (present == null || expected == null
                            ? present != null || expected != null
                            : !StoredValue.hasValue(present, expected)) {
                        return false;
                    }
                    if (value != null) {
                        put(key, StoredValue.encode(value, expiryMillis));
                    } else if (present != null) {
                        delete(key);
                    }
                    return true;
                });
    }

    @Override
    public boolean expire(byte[] key, Duration timeToLive) {
        return changeExpiry(key, expiryMillis(timeToLive));
    }

    @Override
    public boolean persist(byte[] key) {
        return changeExpiry(key, StoredValue.NEVER);
    }

    private boolean changeExpiry(byte[] key, long expiryMillis) {
        return changeIf(
                key,
                0,
                () -> {
                    byte[] present = live(read(key), clock.millis());
                    boolean never = expiryMillis == StoredValue.NEVER;
                    if (present == null
                            || never && StoredValue.expiryMillis(present) == StoredValue.NEVER) {
                        return false;
                    }
                    put(key, StoredValue.withExpiry(present, expiryMillis));
                    return true;
                });
    }

    @Override
    public void write(WriteBatch batch) {
        checkSize("a batch", bytes(batch));
        BitSet selection = new BitSet();
        batch.operations().forEach(operation -> KeyLocks.select(operation.key(), selection));
        guard.enter();
        locks.lock(selection);
        try {
            write(batch, clock.millis());
        } finally {
            locks.unlock(selection);
            guard.exit();
        }
    }

    @Override
    public Cursor scan(Scan scan) {
        guard.enter();
        try {
            RocksIterator iterator = database.rocks.newIterator(database.values, database.reading);
            return new RocksDbCursor(guard, failures, iterator, scan, clock.millis(), () -> {});
        } finally {
            guard.exit();
        }
    }

    @Override
    public Snapshot snapshot() {
        return takeSnapshot();
    }

    private RocksDbSnapshot takeSnapshot() {
        guard.enter();
        try {
            return new RocksDbSnapshot(guard, failures, database, clock.millis());
        } finally {
            guard.exit();
        }
    }

    @Override
    public Transaction begin() {
        return new OptimisticTransaction(takeSnapshot(), this::commit);
    }

    private void commit(VersionedSnapshot snapshot, ReadSet reads, WriteBatch writes) {
        checkSize("a transaction", bytes(writes));
        RocksDbSnapshot then = (RocksDbSnapshot) snapshot;
        BitSet all = KeyLocks.selectAll();
        then.enter();
        locks.lock(all);
        try {
            long nowMillis = clock.millis();
            new CommitCheck(database, then).check(reads, nowMillis);
            write(writes, nowMillis);
        } catch (RocksDBException e) {
            throw failures.ofReading(e);
        } finally {
            locks.unlock(all);
            then.exit();
        }
    }

    @Override
    public void sync() {
        guard.enter();
        try {
            failures.check();
            database.rocks.syncWal();
        } catch (RocksDBException e) {
            throw failures.ofWriting(e);
        } finally {
            guard.exit();
        }
    }

    @Override
    public void compact() {
        guard.enter();
        try (CompactRangeOptions options =
                new CompactRangeOptions()
                        .setBottommostLevelCompaction(
                                CompactRangeOptions.BottommostLevelCompaction.kForceOptimized)) {
            failures.check();
            expiration.drop(clock.millis(), Long.MAX_VALUE);
            database.rocks.compactRange(database.values, null, null, options);
            database.rocks.compactRange(database.times, null, null, options);
        } catch (RocksDBException e) {
            throw new CompactionFailedException("compaction failed: " + e.getMessage(), e);
        } finally {
            guard.exit();
        }
    }

    @Override
    public long size() {
        guard.enter();
        try (RocksIterator iterator =
                database.rocks.newIterator(database.values, database.sweeping)) {
            long count = 0;
            for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                count++;
            }
            iterator.status();
            return count;
        } catch (RocksDBException e) {
            throw failures.ofReading(e);
        } finally {
            guard.exit();
        }
    }

    @Override
    public void close() {
        upkeep.close();
        guard.close(this::release);
    }

    private void release() {
        KvsException failed = null;
        try {
            database.rocks.syncWal();
        } catch (RocksDBException e) {
            failed = failures.ofWriting(e);
        }
        database.close();
        try {
            directoryLock.close();
        } catch (IOException e) {
            throw new StoreIoException("cannot release the lock: " + e.getMessage(), e);
        }
        if (failed != null) {
            throw failed;
        }
    }

    /// Syncs, and drops what has expired. What fails is remembered and told at the next write.
    private void keepUp() {
        try {
            sync();
            long untilMillis = clock.millis() - DROP_DELAY.toMillis();
            boolean more = true;
            while (more) {
                guard.enter();
                try {
                    more = expiration.drop(untilMillis, DROP_COUNT_MAX);
                } catch (RocksDBException e) {
                    throw failures.ofWriting(e);
                } finally {
                    guard.exit();
                }
            }
        } catch (KvsException _) {
            // Remembered, or closed.
        }
    }

    /// A change of one key, made under its lock; returns whether it was made.
    @FunctionalInterface
    private interface KeyChange {
        boolean make();
    }

    private void change(byte[] key, int valueLength, Runnable write) {
        changeIf(
                key,
                valueLength,
                () -> {
                    write.run();
                    return true;
                });
    }

    private boolean changeIf(byte[] key, int valueLength, KeyChange change) {
        InvalidKeyException.check(key);
        checkSize("the entry", (long) key.length + valueLength);
        guard.enter();
        try {
            ReentrantLock lock = locks.of(key);
            lock.lock();
            try {
                failures.check();
                return change.make();
            } finally {
                lock.unlock();
            }
        } finally {
            guard.exit();
        }
    }

    private byte @Nullable [] read(byte[] key) {
        try {
            return database.rocks.get(database.values, database.reading, key);
        } catch (RocksDBException e) {
            throw failures.ofReading(e);
        }
    }

    private static byte @Nullable [] live(byte @Nullable [] stored, long nowMillis) {
        return stored == null || StoredValue.isExpired(stored, nowMillis) ? null : stored;
    }

    private void put(byte[] key, byte[] stored) {
        try {
            if (StoredValue.expiryMillis(stored) == StoredValue.NEVER) {
                database.rocks.put(database.values, database.writing, key, stored);
                return;
            }
            try (org.rocksdb.WriteBatch batch = new org.rocksdb.WriteBatch()) {
                add(batch, key, stored);
                database.rocks.write(database.writing, batch);
            }
        } catch (RocksDBException e) {
            throw failures.ofWriting(e);
        }
    }

    private void add(org.rocksdb.WriteBatch batch, byte[] key, byte[] stored)
            throws RocksDBException {
        batch.put(database.values, key, stored);
        long expiryMillis = StoredValue.expiryMillis(stored);
        if (expiryMillis != StoredValue.NEVER) {
            batch.put(database.times, StoredValue.indexKey(expiryMillis, key), new byte[0]);
        }
    }

    private void delete(byte[] key) {
        try {
            database.rocks.delete(database.values, database.writing, key);
        } catch (RocksDBException e) {
            throw failures.ofWriting(e);
        }
    }

    /// Writes a batch; times to live begin at `nowMillis`.
    private void write(WriteBatch batch, long nowMillis) {
        failures.check();
        try (org.rocksdb.WriteBatch rocksBatch = new org.rocksdb.WriteBatch()) {
            for (WriteBatch.Operation operation : batch.operations()) {
                byte[] value = operation.value();
                Duration timeToLive = operation.timeToLive();
                if (value == null) {
                    rocksBatch.delete(database.values, operation.key());
                } else {
                    long expiryMillis =
                            timeToLive == null
                                    ? StoredValue.NEVER
                                    : TimeToLive.expiryMillis(timeToLive, nowMillis);
                    add(rocksBatch, operation.key(), StoredValue.encode(value, expiryMillis));
                }
            }
            database.rocks.write(database.writing, rocksBatch);
        } catch (RocksDBException e) {
            throw failures.ofWriting(e);
        }
    }

    private long expiryMillis(Duration timeToLive) {
        TimeToLive.check(timeToLive);
        return TimeToLive.expiryMillis(timeToLive, clock.millis());
    }

    private static long bytes(WriteBatch batch) {
        long bytes = 0;
        for (WriteBatch.Operation operation : batch.operations()) {
            byte[] value = operation.value();
            bytes += operation.key().length + (value == null ? 0 : value.length);
        }
        return bytes;
    }

    private static void checkSize(String what, long bytes) {
        if (bytes > ENTRY_BYTES_MAX) {
            throw new EntryTooLargeException(what, bytes, ENTRY_BYTES_MAX);
        }
    }
}
