package io.kvs.rocksdb;

import io.kvs.Cursor;
import io.kvs.InvalidKeyException;
import io.kvs.Scan;
import io.kvs.transaction.Versioned;
import io.kvs.transaction.VersionedSnapshot;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.Snapshot;

/// A snapshot of RocksDB, with the time at which values have expired or not.
///
/// It tells no versions: at the end of a transaction {@link CommitCheck} compares the values
/// themselves.
final class RocksDbSnapshot implements VersionedSnapshot {
    private static final long NO_VERSION = 0;

    private final Guard engineGuard;
    private final Guard guard =
            new Guard(() -> new IllegalStateException("the snapshot is closed"));
    private final Failures failures;
    private final Database database;
    private final Snapshot snapshot;
    private final ReadOptions reading;
    private final long sequence;
    private final long takenMillis;

    /// Takes one; called inside the engine's guard, which releases it at the latest.
    RocksDbSnapshot(Guard engineGuard, Failures failures, Database database, long takenMillis) {
        this.engineGuard = engineGuard;
        this.failures = failures;
        this.database = database;
        this.takenMillis = takenMillis;
        snapshot = database.rocks.getSnapshot();
        sequence = snapshot.getSequenceNumber();
        reading = new ReadOptions().setSnapshot(snapshot);
        engineGuard.add(this);
    }

    long takenMillis() {
        return takenMillis;
    }

    /// Returns what reads from this snapshot; of use inside the guards only.
    ReadOptions reading() {
        return reading;
    }

    @Override
    public long sequence() {
        enter();
        exit();
        return sequence;
    }

    @Override
    public @Nullable Versioned find(byte[] key) {
        InvalidKeyException.check(key);
        enter();
        try {
            byte[] stored = database.rocks.get(database.values, reading, key);
            return stored == null || StoredValue.isExpired(stored, takenMillis)
                    ? null
                    : new Versioned(
                            StoredValue.value(stored),
                            NO_VERSION,
                            StoredValue.expiryMillis(stored));
        } catch (RocksDBException e) {
            throw failures.ofReading(e);
        } finally {
            exit();
        }
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        Versioned found = find(key);
        return found == null ? Optional.empty() : Optional.of(found.value());
    }

    @Override
    public Cursor scan(Scan scan) {
        enter();
        try {
            return new RocksDbCursor(
                    engineGuard,
                    failures,
                    database.rocks.newIterator(database.values, reading),
                    scan,
                    takenMillis,
                    this::check);
        } finally {
            exit();
        }
    }

    private void check() {
        guard.enter();
        guard.exit();
    }

    /// Both guards, always in this order.
    void enter() {
        engineGuard.enter();
        try {
            guard.enter();
        } catch (IllegalStateException e) {
            engineGuard.exit();
            throw e;
        }
    }

    void exit() {
        guard.exit();
        engineGuard.exit();
    }

    @Override
    public void close() {
        engineGuard.release(this, () -> guard.close(this::release));
    }

    private void release() {
        reading.close();
        database.rocks.releaseSnapshot(snapshot);
        snapshot.close();
    }
}
