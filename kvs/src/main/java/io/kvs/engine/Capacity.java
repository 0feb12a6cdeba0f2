package io.kvs.engine;

/// How large segments are made: small for a small store, growing with it.
///
/// A segment takes at most a quarter of what is stored, so that the space set aside for writing
/// stays in proportion; but from the first megabyte on at least 1 MiB, so that a small store that
/// is overwritten all the time does not spend its time creating files.
///
/// @param limitBytes the largest capacity
record Capacity(long limitBytes) {
    private static final long SMALLEST_BYTES = 64 << 10;
    private static final long SMALL_STORE_BYTES = 1 << 20;
    private static final int RESERVE_MAX_BYTES = 4 << 20;

    /// Returns the capacity for the next segment of a store with so many record bytes.
    long next(long usedBytes) {
        return smallest(Math.max(Math.min(16 * usedBytes, 4 * SMALL_STORE_BYTES), usedBytes));
    }

    /// Returns the least capacity that suits a store with so many record bytes.
    long smallest(long usedBytes) {
        long least = Math.min(SMALLEST_BYTES, limitBytes);
        return Long.highestOneBit(Math.clamp(usedBytes / 4, least, limitBytes));
    }

    /// Returns how many bytes to set aside for cleaning up a full disk.
    int reserve(long usedBytes) {
        return (int) Math.min(next(usedBytes), RESERVE_MAX_BYTES);
    }

    /// Returns whether a segment is far larger than suits a store with so many record bytes.
    boolean isExcessive(long capacityBytes, long usedBytes) {
        return capacityBytes > SMALL_STORE_BYTES && capacityBytes > 16 * next(usedBytes);
    }
}
