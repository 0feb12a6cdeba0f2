package io.kvs.segment;

/// Where a record is: the number of a segment in the {@link SegmentTable} and an offset in it.
///
/// A pointer has 39 bits: 16 for the segment, 23 for the offset in units of 8 bytes. A record
/// starts within the first 64 MiB of its segment; it may end behind them.
public final class LogPointer {
    /// Bits of a pointer.
    public static final int BITS = 39;

    /// The pointers are below this bound.
    public static final long BOUND = 1L << BITS;

    /// Records start below this offset.
    public static final long OFFSET_BOUND_BYTES = 64L << 20;

    /// How many segments a store can have at once.
    public static final int SEGMENT_COUNT_MAX = 1 << 16;

    private static final int OFFSET_BITS = 23;
    private static final int OFFSET_MASK = (1 << OFFSET_BITS) - 1;

    private LogPointer() {}

    /// Makes a pointer.
    public static long of(int segmentNumber, long offset) {
        return (long) segmentNumber << OFFSET_BITS | offset >>> 3;
    }

    /// Returns the number of the segment.
    public static int segmentNumber(long pointer) {
        return (int) (pointer >>> OFFSET_BITS) & SEGMENT_COUNT_MAX - 1;
    }

    /// Returns the offset in the segment, in bytes.
    public static long offset(long pointer) {
        return (pointer & OFFSET_MASK) << 3;
    }
}
