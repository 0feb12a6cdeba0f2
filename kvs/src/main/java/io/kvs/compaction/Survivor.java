package io.kvs.compaction;

import io.kvs.CorruptionException;
import io.kvs.format.RecordHeader;
import io.kvs.segment.LogPointer;
import io.kvs.segment.Segment;

/// A record that a compaction has to look at.
///
/// @param segment where it lies
/// @param offset its offset there
/// @param header its header
/// @param key its key; not to be changed
record Survivor(Segment segment, long offset, long header, byte[] key) {

    /// Reads header and key of a record; its value is not looked at.
    static Survivor read(Segment segment, long offset) {
        long header = header(segment, offset);
        return new Survivor(segment, offset, header, segment.key(offset, header));
    }

    /// Reads the header of a record, of which header and key are verified.
    ///
    /// @throws CorruptionException they are damaged; the segment is marked
    static long header(Segment segment, long offset) {
        long header = segment.header(offset);
        if (!segment.isSound(offset, header)) {
            segment.markDamaged();
            throw segment.corruption(offset, "its header or key is damaged");
        }
        return header;
    }

    /// Marks a segment of which something cannot be read; returns the error.
    static CorruptionException damaged(Segment segment, long offset, Throwable cause) {
        segment.markDamaged();
        return cause instanceof CorruptionException damage
                ? damage
                : segment.corruption(offset, "cannot read the record: " + cause.getMessage());
    }

    long pointer() {
        return LogPointer.of(segment.number(), offset);
    }

    long sequence() {
        return segment.sequence(offset, header);
    }

    /// Returns when it expires, in milliseconds since 1970, or {@link RecordHeader#NEVER}.
    long expiryMillis() {
        return segment.expiry(offset, header);
    }

    /// Returns its bytes in the segment, padding included.
    long size() {
        return RecordHeader.size(header);
    }

    boolean isTombstone() {
        return RecordHeader.kind(header) == RecordHeader.TOMBSTONE;
    }
}
