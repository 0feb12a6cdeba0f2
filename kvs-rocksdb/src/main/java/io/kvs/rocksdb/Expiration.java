package io.kvs.rocksdb;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/// Drops values that have expired.
///
/// The index of times has an entry for each value that was written with a time to live, the
/// earliest first, so it costs nothing to see that there is nothing to do. An entry whose value was
/// overwritten or removed meanwhile stays until its time has come, and then only goes itself.
final class Expiration {
    private final Database database;
    private final KeyLocks locks;

    Expiration(Database database, KeyLocks locks) {
        this.database = database;
        this.locks = locks;
    }

    /// Drops what had expired at a time. Called inside the guard, which it gives no chance to close
    /// before it is done.
    ///
    /// @param countMax after how many entries to stop
    /// @return whether it has stopped before the end
    boolean drop(long untilMillis, long countMax) throws RocksDBException {
        try (RocksIterator iterator =
                database.rocks.newIterator(database.times, database.sweeping)) {
            iterator.seekToFirst();
            for (long count = 0; iterator.isValid(); count++) {
                byte[] entry = iterator.key();
                if (!StoredValue.isExpired(entry, untilMillis)) {
                    return false;
                }
                if (count == countMax) {
                    return true;
                }
                drop(entry);
                iterator.next();
            }
            iterator.status();
            return false;
        }
    }

    private void drop(byte[] entry) throws RocksDBException {
        byte[] key = StoredValue.value(entry);
        ReentrantLock lock = locks.of(key);
        lock.lock();
        try (WriteBatch batch = new WriteBatch()) {
            byte[] stored = database.rocks.get(database.values, database.sweeping, key);
            if (stored != null && hasTime(stored, entry)) {
                batch.delete(database.values, key);
            }
            batch.delete(database.times, entry);
            database.rocks.write(database.lazyWriting, batch);
        } finally {
            lock.unlock();
        }
    }

    private static boolean hasTime(byte[] stored, byte[] entry) {
        int length = StoredValue.PREFIX_BYTES;
        return Arrays.equals(stored, 0, length, entry, 0, length);
    }
}
