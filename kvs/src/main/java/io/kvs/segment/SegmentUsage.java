package io.kvs.segment;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// What the record bytes of a segment are used for: how many are stale, how many belong to
/// tombstones, and when the live ones expire. The rest is live.
///
/// It is counted as records are replaced in the index. Safe for use by several threads at once.
public final class SegmentUsage {
    private final AtomicLong deadBytes = new AtomicLong();
    private final AtomicLong tombstoneBytes = new AtomicLong();
    private final AtomicLong deadBlobBytes = new AtomicLong();
    private final AtomicReference<@Nullable Expiries> expiries = new AtomicReference<>();

    /// Makes it for a segment of which everything is live.
    SegmentUsage() {}

    /// Returns record bytes that hold an overwritten or removed value.
    public long deadBytes() {
        return deadBytes.get();
    }

    /// Counts record bytes that have become stale.
    public void addDead(long bytes) {
        deadBytes.getAndAdd(bytes);
    }

    /// Returns the bytes of blobs that only stale records refer to.
    public long deadBlobBytes() {
        return deadBlobBytes.get();
    }

    /// Counts a blob whose record has become stale.
    public void addDeadBlob(long bytes) {
        deadBlobBytes.getAndAdd(bytes);
    }

    /// Returns record bytes of tombstones.
    public long tombstoneBytes() {
        return tombstoneBytes.get();
    }

    /// Counts the bytes of a tombstone.
    public void addTombstone(long bytes) {
        tombstoneBytes.getAndAdd(bytes);
    }

    /// Returns when live records expire, or null if none has a time to live, as far as is known.
    public @Nullable Expiries expiries() {
        return expiries.get();
    }

    /// Returns when live records expire, to be added to.
    ///
    /// @param originMillis the origin, if there is none yet
    public Expiries expiries(long originMillis) {
        Expiries present = expiries.get();
        if (present == null) {
            expiries.compareAndSet(null, new Expiries(originMillis));
            present = expiries.get();
        }
        return Objects.requireNonNull(present);
    }

    /// Declares when live records expire; null for never. To be called before they are found.
    public void setExpiries(@Nullable Expiries counted) {
        expiries.set(counted);
    }
}
