package io.kvs.format;

/// Ties checks and checksums to the place of a record, so that bytes which a disk misplaced, or
/// left over from a deleted file, are not taken for a record.
public final class PositionMask {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private PositionMask() {}

    /// Returns the salt of a segment.
    public static long salt(long storeId, long segmentId) {
        return mix(storeId + segmentId * GOLDEN);
    }

    /// Returns the mask of a record at `offset` of the segment with this salt.
    public static long of(long salt, long offset) {
        return mix(salt + offset);
    }

    /// Returns the checksum as it is stored: tied to the place, and never zero, since zero marks an
    /// unfinished record.
    public static int apply(int crc, long mask) {
        int stored = crc ^ (int) mask;
        return stored == 0 ? -1 : stored;
    }

    /// Mixes all bits of a word (the finalizer of SplitMix64: Steele, Lea, Flood, OOPSLA 2014).
    private static long mix(long word) {
        long z = word;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
