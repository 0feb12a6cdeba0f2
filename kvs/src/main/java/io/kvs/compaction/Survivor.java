package io.kvs.compaction;

import io.kvs.format.LittleEndian;
import io.kvs.format.RecordHeader;
import io.kvs.segment.LogPointer;
import io.kvs.segment.Segment;
import java.util.Arrays;

/// A record that a compaction has to look at.
///
/// @param segment where it lies
/// @param offset its offset there
/// @param header its header
/// @param key its key; not to be changed
/// @param keyStart the first eight bytes of its key, zeros for those that it does not have: most
///   keys differ in them
record Survivor(Segment segment, long offset, long header, byte[] key, long keyStart) {

    /// Reads header and key of a record; its value is not looked at.
    static Survivor read(Segment segment, long offset) {
        long header = segment.header(offset);
        if (!segment.isSound(offset, header)) {
            segment.markDamaged();
            throw segment.corruption(offset, "its header or key is damaged");
        }
        byte[] key = segment.key(offset, header);
        return new Survivor(segment, offset, header, key, start(key));
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

    int compareKey(Survivor other) {
        int order = Long.compareUnsigned(keyStart, other.keyStart);
        return order != 0 ? order : Arrays.compareUnsigned(key, other.key);
    }

    private static long start(byte[] key) {
        if (key.length >= Long.BYTES) {
            return Long.reverseBytes(LittleEndian.getLong(key, 0));
        }
        long start = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            start = start << 8 | (i < key.length ? key[i] & 0xFF : 0);
        }
        return start;
    }
}
