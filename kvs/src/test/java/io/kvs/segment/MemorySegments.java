package io.kvs.segment;

import io.kvs.format.PositionMask;
import io.kvs.io.MappedFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Segments in memory, for tests of what only reads and writes mapped bytes.
public final class MemorySegments {
    private MemorySegments() {}

    /// Returns an empty log segment.
    public static Segment log(long storeId, long id, long capacity) {
        return segment(0, storeId, id, false, capacity);
    }

    /// Returns an empty segment.
    ///
    /// @param number its number in the segment table
    /// @param sorted whether it passes for one that compaction wrote
    public static Segment segment(
            int number, long storeId, long id, boolean sorted, long capacity) {
        return segment(number, storeId, id, sorted, 2, capacity);
    }

    /// Returns a segment of which only the id and the rank matter.
    public static Segment ranked(long id, long rank) {
        return segment(0, 1, id, false, rank, 64);
    }

    private static Segment segment(
            int number, long storeId, long id, boolean sorted, long rank, long capacity) {
        MemorySegment memory = Arena.ofAuto().allocate(capacity, 64);
        MappedFile file =
                new MappedFile() {
                    @Override
                    public MemorySegment memory() {
                        return memory;
                    }

                    @Override
                    public void sync(long from, long to) {}

                    @Override
                    public void close() {}
                };
        return new Segment(
                number, id, sorted, 1, rank, PositionMask.salt(storeId, id), "memory:" + id, file);
    }

    /// Returns a writer at the start of a segment.
    public static SegmentWriter writer(Segment segment) {
        return new SegmentWriter(segment, segment.file(), 64, 0, segment.memory().byteSize());
    }
}
