package io.kvs.rocksdb;

import io.kvs.ConflictException;
import io.kvs.transaction.KeyInterval;
import io.kvs.transaction.KeyRead;
import io.kvs.transaction.ReadSet;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// Whether a transaction would read now what it has read from its snapshot. Nobody else may write
/// meanwhile.
///
/// Values with their times of expiry are compared, not versions: one that was changed and changed
/// back is what the transaction would read now, and so no conflict.
final class CommitCheck {
    private final Database database;
    private final RocksDbSnapshot snapshot;

    /// The time at which values have expired, then and now: what expires is told by the read set.
    private final long takenMillis;

    CommitCheck(Database database, RocksDbSnapshot snapshot) {
        this.database = database;
        this.snapshot = snapshot;
        this.takenMillis = snapshot.takenMillis();
    }

    /// Does nothing if everything is as it was.
    ///
    /// @throws ConflictException something has changed
    void check(ReadSet reads, long nowMillis) throws RocksDBException {
        if (reads.expiryMillis() <= nowMillis) {
            throw new ConflictException();
        }
        if (database.rocks.getLatestSequenceNumber() == snapshot.sequence()) {
            return;
        }
        for (KeyRead read : reads.keys()) {
            byte[] then = live(read.key(), snapshot.reading());
            if (!Arrays.equals(then, live(read.key(), database.reading))) {
                throw new ConflictException();
            }
        }
        for (KeyInterval interval : reads.intervals()) {
            if (!isUnchanged(interval)) {
                throw new ConflictException();
            }
        }
    }

    private byte @Nullable [] live(byte[] key, ReadOptions reading) throws RocksDBException {
        byte[] stored = database.rocks.get(database.values, reading, key);
        return stored == null || StoredValue.isExpired(stored, takenMillis) ? null : stored;
    }

    private boolean isUnchanged(KeyInterval interval) throws RocksDBException {
        try (RocksIterator then = database.rocks.newIterator(database.values, snapshot.reading());
                RocksIterator now = database.rocks.newIterator(database.values, database.reading)) {
            boolean more = seek(then, interval);
            if (more != seek(now, interval)) {
                return false;
            }
            while (more) {
                if (!Arrays.equals(then.key(), now.key())
                        || !Arrays.equals(then.value(), now.value())) {
                    return false;
                }
                then.next();
                now.next();
                more = settle(then, interval);
                if (more != settle(now, interval)) {
                    return false;
                }
            }
            return true;
        }
    }

    private boolean seek(RocksIterator iterator, KeyInterval interval) throws RocksDBException {
        iterator.seek(interval.from());
        return settle(iterator, interval);
    }

    /// Goes on to the next value that had not expired; returns whether there is one within.
    private boolean settle(RocksIterator iterator, KeyInterval interval) throws RocksDBException {
        byte[] prefix = new byte[StoredValue.PREFIX_BYTES];
        while (iterator.isValid()) {
            iterator.value(prefix);
            if (!StoredValue.isExpired(prefix, takenMillis)) {
                return interval.contains(iterator.key());
            }
            iterator.next();
        }
        iterator.status();
        return false;
    }
}
