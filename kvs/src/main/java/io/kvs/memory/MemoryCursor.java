package io.kvs.memory;

import io.kvs.Cursor;
import io.kvs.Scan;
import io.kvs.transaction.Versioned;
import io.kvs.tree.Walk;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A walk through the tree of a state, as far as its limit, without what has expired.
final class MemoryCursor implements Cursor {
    private final Scan scan;
    private final long takenMillis;

    /// Throws if what the cursor was opened from is closed.
    private final Runnable open;

    /// Null once closed.
    private @Nullable Walk<Versioned> walk;

    private boolean present;
    private long count;

    MemoryCursor(Walk<Versioned> walk, Scan scan, long takenMillis, Runnable open) {
        this.walk = walk;
        this.takenMillis = takenMillis;
        this.scan = scan;
        this.open = open;
    }

    @Override
    public boolean next() {
        open.run();
        if (walk == null) {
            throw new IllegalStateException("the cursor is closed");
        }
        present = count < scan.limit() && State.nextLive(walk, takenMillis);
        count++;
        return present;
    }

    @Override
    public byte[] key() {
        return present().key().clone();
    }

    @Override
    public byte[] value() {
        Walk<Versioned> at = present();
        if (scan.isKeysOnly()) {
            throw new IllegalStateException("the scan asked for keys only");
        }
        return at.value().value().clone();
    }

    @Override
    public Optional<Instant> expiry() {
        long expiryMillis = present().value().expiryMillis();
        return expiryMillis == Versioned.NEVER
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli(expiryMillis));
    }

    private Walk<Versioned> present() {
        open.run();
        if (walk == null || !present) {
            throw new IllegalStateException("there is no present entry");
        }
        return walk;
    }

    @Override
    public void close() {
        walk = null;
    }
}
