package io.kvs.engine;

/// How large segments are made: small for a small store, growing with it.
///
/// A segment takes at most a sixteenth of what is stored, so that the space set aside for writing
/// stays in proportion and compaction works in small steps; but soon at least 512 KiB, so that a
/// small store that is overwritten all the time does not spend its time creating files. While much
/// is written, segments of a store that is not small are twice as large, and at least 2 MiB: so
/// they are made less often, and the next one is ready, which takes some syncs, before one is full.
///
/// @param limitBytes the largest capacity
record Capacity(long limitBytes) {
    private static final long SMALLEST_BYTES = 64 << 10;
    private static final long SMALL_STORE_BYTES = 8 << 20;
    private static final int SEGMENTS = 16;
    private static final int EXCESS = 4;
    private static final long BUSY_MIN_BYTES = 2 << 20;

    /// A segment that waits for writes is as much smaller than others.
    private static final int RESTING = 8;

    /// Returns the capacity for the next segment of a store with so many record bytes.
    long next(long usedBytes) {
        return smallest(Math.max(Math.min(64 * usedBytes, SMALL_STORE_BYTES), usedBytes));
    }

    /// Returns the capacity for the next segment while much is written.
    long busy(long usedBytes) {
        long next = next(usedBytes);
        return usedBytes <= SMALL_STORE_BYTES
                ? next
                : Math.min(Math.max(2 * next, BUSY_MIN_BYTES), limitBytes);
    }

    /// Returns the capacity for a segment that waits for writes which may not come for long.
    long resting(long usedBytes) {
        return Math.max(least(), next(usedBytes) / RESTING);
    }

    /// Returns the least capacity that suits a store with so many record bytes.
    long smallest(long usedBytes) {
        return Long.highestOneBit(Math.clamp(usedBytes / SEGMENTS, least(), limitBytes));
    }

    private long least() {
        return Math.min(SMALLEST_BYTES, limitBytes);
    }

    /// Returns whether a segment is far larger than suits a store with so many record bytes.
    boolean isExcessive(long capacityBytes, long usedBytes) {
        return capacityBytes > excessive(usedBytes);
    }

    /// Returns the largest capacity that is not yet far larger than suits a store with so many
    /// record bytes.
    long excessive(long usedBytes) {
        return EXCESS * next(usedBytes);
    }
}
