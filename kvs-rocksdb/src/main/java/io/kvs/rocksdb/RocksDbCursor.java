package io.kvs.rocksdb;

import io.kvs.Cursor;
import io.kvs.Scan;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// An iterator of RocksDB within the bounds of a scan, without what had expired when the scan
/// began.
final class RocksDbCursor implements Cursor {
    private final Guard guard;
    private final Failures failures;
    private final RocksIterator iterator;
    private final Scan scan;
    private final long takenMillis;

    /// Throws if what the cursor was opened from is closed.
    private final Runnable open;

    private final byte[] prefix = new byte[StoredValue.PREFIX_BYTES];
    private byte @Nullable [] presentKey;
    private boolean started;
    private boolean closed;
    private long count;

    /// Makes one; called inside the guard, which releases the iterator at the latest.
    RocksDbCursor(
            Guard guard,
            Failures failures,
            RocksIterator iterator,
            Scan scan,
            long takenMillis,
            Runnable open) {
        this.guard = guard;
        this.failures = failures;
        this.iterator = iterator;
        this.scan = scan;
        this.takenMillis = takenMillis;
        this.open = open;
        guard.add(this);
    }

    @Override
    public boolean next() {
        guard.enter();
        try {
            check();
            presentKey = null;
            if (count == scan.limit()) {
                return false;
            }
            do {
                step();
            } while (iterator.isValid() && isExpired());
            if (!iterator.isValid()) {
                iterator.status();
                return false;
            }
            byte[] key = iterator.key();
            if (!scan.contains(key)) {
                return false;
            }
            presentKey = key;
            count++;
            return true;
        } catch (RocksDBException e) {
            throw failures.ofReading(e);
        } finally {
            guard.exit();
        }
    }

    private void step() {
        if (!started) {
            started = true;
            seek();
        } else if (iterator.isValid()) {
            if (scan.isReversed()) {
                iterator.prev();
            } else {
                iterator.next();
            }
        }
    }

    private void seek() {
        byte[] bound = scan.isReversed() ? scan.to() : scan.from();
        if (!scan.isReversed()) {
            if (bound == null) {
                iterator.seekToFirst();
            } else {
                iterator.seek(bound);
            }
        } else if (bound == null) {
            iterator.seekToLast();
        } else {
            // The first key at or behind the bound, and one back.
            iterator.seek(bound);
            if (iterator.isValid()) {
                iterator.prev();
            } else {
                iterator.seekToLast();
            }
        }
    }

    private boolean isExpired() {
        iterator.value(prefix);
        return StoredValue.isExpired(prefix, takenMillis);
    }

    @Override
    public byte[] key() {
        return present().clone();
    }

    @Override
    public byte[] value() {
        if (scan.isKeysOnly()) {
            present();
            throw new IllegalStateException("the scan asked for keys only");
        }
        guard.enter();
        try {
            present();
            return StoredValue.value(iterator.value());
        } finally {
            guard.exit();
        }
    }

    @Override
    public Optional<Instant> expiry() {
        present();
        long millis = StoredValue.expiryMillis(prefix);
        return millis == StoredValue.NEVER
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli(millis));
    }

    private byte[] present() {
        guard.enter();
        try {
            check();
            if (presentKey == null) {
                throw new IllegalStateException("there is no present entry");
            }
            return presentKey;
        } finally {
            guard.exit();
        }
    }

    private void check() {
        open.run();
        if (closed) {
            throw new IllegalStateException("the cursor is closed");
        }
    }

    @Override
    public void close() {
        closed = true;
        presentKey = null;
        guard.release(this, iterator::close);
    }
}
