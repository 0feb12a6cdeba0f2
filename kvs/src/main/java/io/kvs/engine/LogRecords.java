package io.kvs.engine;

import io.kvs.Durability;
import io.kvs.format.RecordHeader;
import io.kvs.index.Keydir.Records;
import io.kvs.segment.LogPointer;
import io.kvs.segment.Place;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import java.time.InstantSource;

/// The records of the log by the pointers to them: what their headers say.
///
/// As {@link Records} these are those that a reader sees: one that is damaged may be that of the
/// key. Every method throws `IllegalStateException` if the segment has been retired meanwhile.
final class LogRecords implements Records {
    /// The pointer of a key that has no record.
    static final long ABSENT = -1;

    private static final int CACHE_LINE_BYTES = 64;

    /// Files end anywhere, but what is mapped of them ends with a page, of at least so many bytes.
    private static final int PAGE_BYTES = 4096;

    private final SegmentTable segments;
    private final InstantSource clock;
    private final Records toWrite;

    /// Makes it for the segments of a store.
    LogRecords(SegmentTable segments, InstantSource clock) {
        this.segments = segments;
        this.clock = clock;
        this.toWrite = segments::hasKey;
    }

    /// Returns the flags of the records of a write.
    static int flags(Durability durability) {
        return durability == Durability.SYNC ? RecordHeader.SYNCED_WRITE : 0;
    }

    /// Returns the records as a writer sees them who replaces whatever is there: one that is
    /// damaged is not that of the key.
    Records toWrite() {
        return toWrite;
    }

    @Override
    public boolean hasKey(long pointer, byte[] key) {
        return segments.hasKey(pointer, key);
    }

    @Override
    public void verify(long pointer) {
        Segment segment = segments.of(pointer);
        long offset = LogPointer.offset(pointer);
        if (!segment.isWhole(offset)) {
            throw segment.corruption(offset, "record checksum mismatch");
        }
    }

    Segment segment(long pointer) {
        return segments.of(pointer);
    }

    /// Returns whether the number in a pointer is that of the segment with this id.
    boolean isIn(long segmentId, long pointer) {
        Segment segment = segments.at(LogPointer.segmentNumber(pointer));
        return segment != null && segment.id() == segmentId;
    }

    Place place(long pointer) {
        return new Place(segments.of(pointer), LogPointer.offset(pointer));
    }

    long header(long pointer) {
        return segments.of(pointer).header(LogPointer.offset(pointer));
    }

    /// Brings the first two lines of a record nearer to the processor; returns their sum, for
    /// {@link io.kvs.segment.Words#keep}. Stays on the page where the record begins: it may be
    /// short, and the last one of a file that was cut behind it.
    long touch(long pointer) {
        Segment segment = segments.of(pointer);
        long offset = LogPointer.offset(pointer);
        long pageEnd = (offset | PAGE_BYTES - 1) + 1;
        return segment.touch(offset)
                + segment.touch(Math.min(offset + CACHE_LINE_BYTES, pageEnd - Long.BYTES));
    }

    long size(long pointer) {
        return RecordHeader.size(header(pointer));
    }

    long sequence(long pointer) {
        return segments.of(pointer).sequence(LogPointer.offset(pointer), header(pointer));
    }

    /// Returns the sequence number that must be durable before anybody learns of a record, or -1.
    long awaitedSequence(long pointer) {
        boolean awaited =
                pointer != ABSENT && RecordHeader.has(header(pointer), RecordHeader.SYNCED_WRITE);
        return awaited ? sequence(pointer) : -1;
    }

    boolean isBlob(long pointer) {
        return RecordHeader.kind(header(pointer)) == RecordHeader.BLOB;
    }

    boolean isTombstone(long pointer) {
        return RecordHeader.kind(header(pointer)) == RecordHeader.TOMBSTONE;
    }

    /// Returns whether the record at a pointer has a time to live.
    boolean isExpiring(long pointer) {
        return RecordHeader.has(header(pointer), RecordHeader.EXPIRING);
    }

    /// Returns whether the record at a pointer has expired by now.
    boolean isExpired(long pointer) {
        return isExpiring(pointer) && isExpired(pointer, clock.millis());
    }

    boolean isExpired(long pointer, long atMillis) {
        return segments.of(pointer)
                .isExpired(LogPointer.offset(pointer), header(pointer), atMillis);
    }

    /// Returns whether the record at a pointer is whole, holds `value`, and never expires.
    boolean isWritten(long pointer, byte[] value) {
        Segment segment = segments.of(pointer);
        long offset = LogPointer.offset(pointer);
        return segment.hasValue(offset, value) && !isExpiring(pointer) && segment.isWhole(offset);
    }
}
