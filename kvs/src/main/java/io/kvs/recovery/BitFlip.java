package io.kvs.recovery;

import io.kvs.format.Checksum;
import io.kvs.format.RecordHeader;
import io.kvs.segment.RecordCursor;
import io.kvs.segment.RecordCursor.State;
import io.kvs.segment.Segment;
import org.jspecify.annotations.Nullable;

/// The one flipped bit that explains why a record is not whole.
///
/// Looked for in headers and keys only. What is found satisfies both the check (12 bits) and the
/// checksum (32 bits), and is one of at most 2^12 candidates: 64 bits of a header, or those of a
/// key up to {@link #KEY_BYTES_MAX}. So damage of several bits passes for a flipped one at most as
/// often as it passes for a whole record: a header or key that was put right is as trustworthy as
/// any that a checksum covers. For the same reason a torn record never becomes whole.
///
/// A value is left alone. It has nothing but the checksum, which would then tell among as many
/// candidates as the value has bits; and damage to it costs no more than its key.
///
/// @param offset the byte that it is in, from the start of the file
/// @param bit its number in that byte
record BitFlip(long offset, int bit) {
    /// Keys with more bits than the check can make up for are not searched.
    static final int KEY_BYTES_MAX = (1 << 12) / Byte.SIZE;

    /// Behind a key, the value is passed over bit by bit: this much takes a quarter of a second.
    static final int VALUE_BYTES_MAX = 8 << 20;

    /// Finds the flipped bit of the record or batch that a cursor is at; null if it is whole or
    /// more is wrong.
    static @Nullable BitFlip find(Segment segment, RecordCursor cursor) {
        return switch (cursor.state()) {
            case GARBAGE, DAMAGED -> inRecord(segment, cursor.offset());
            case DAMAGED_BATCH -> inBatch(segment, cursor.offset(), cursor.size());
            case WHOLE, UNFINISHED, NOTHING, GAP, END -> null;
        };
    }

    /// Returns the offset in the file of the byte in which one flipped bit, wherever it is,
    /// explains the checksum of the damaged record or batch that a cursor is at; -1 if there is
    /// none, or if the record is too large to tell.
    static long explanation(Segment segment, RecordCursor cursor) {
        long offset = cursor.offset();
        boolean damaged = cursor.state() == State.DAMAGED || cursor.state() == State.DAMAGED_BATCH;
        if (!damaged || cursor.size() > VALUE_BYTES_MAX) {
            return -1;
        }
        long header = cursor.header();
        int difference = segment.checksum(offset) ^ segment.computeChecksum(offset, header);
        if (Integer.bitCount(difference) == 1) {
            return offset + RecordHeader.CHECKSUM_OFFSET;
        }
        long behind = Checksum.bitsBehindFlip(difference, 8 * cursor.size());
        long at = offset + RecordHeader.unpaddedSize(header) - 1 - behind / Byte.SIZE;
        return behind < 0 ? -1 : Math.max(offset, at);
    }

    private static @Nullable BitFlip inBatch(Segment segment, long offset, long size) {
        BitFlip flip = inRecord(segment, offset);
        RecordCursor inner =
                new RecordCursor(segment, offset + RecordHeader.BATCH_BYTES, offset + size, true);
        while (flip == null && inner.next()) {
            if (inner.state() == State.GARBAGE || inner.state() == State.DAMAGED) {
                flip = inRecord(segment, inner.offset());
            }
        }
        return flip;
    }

    private static @Nullable BitFlip inRecord(Segment segment, long offset) {
        long header = segment.header(offset);
        BitFlip flip = null;
        for (int bit = 0; bit < Long.SIZE && header != 0 && flip == null; bit++) {
            long candidate = header ^ 1L << bit;
            boolean inCheck = RecordHeader.unsealed(candidate) == RecordHeader.unsealed(header);
            if (!segment.isSound(offset, candidate)) {
                continue;
            }
            if (isWhole(segment, offset, candidate) || isGap(segment, offset, candidate)) {
                flip = new BitFlip(offset + bit / Byte.SIZE, bit % Byte.SIZE);
            } else if (inCheck) { // The check is one bit off, as it is after a flip in the key.
                flip = inKey(segment, offset, header);
            }
        }
        return flip;
    }

    private static boolean isWhole(Segment segment, long offset, long header) {
        return switch (RecordHeader.kind(header)) {
            case RecordHeader.VALUE,
                    RecordHeader.TOMBSTONE,
                    RecordHeader.COMPRESSED,
                    RecordHeader.BLOB,
                    RecordHeader.BATCH ->
                    segment.checksum(offset) == segment.computeChecksum(offset, header);
            default -> false;
        };
    }

    /// Returns whether a sound header is that of a gap. It has no checksum, but must end where a
    /// whole record begins.
    private static boolean isGap(Segment segment, long offset, long header) {
        long end = offset + RecordHeader.size(header);
        long next = segment.header(end);
        return RecordHeader.kind(header) == RecordHeader.GAP
                && segment.isSound(end, next)
                && isWhole(segment, end, next);
    }

    private static @Nullable BitFlip inKey(Segment segment, long offset, long header) {
        int keyLength = RecordHeader.keyLength(header);
        int valueLength = RecordHeader.valueLength(header);
        if (RecordHeader.kind(header) == RecordHeader.BATCH
                || keyLength > KEY_BYTES_MAX
                || valueLength > VALUE_BYTES_MAX) {
            return null;
        }
        int difference = segment.checksum(offset) ^ segment.computeChecksum(offset, header);
        long behind = Checksum.bitsBehindFlip(difference, 8L * (keyLength + valueLength));
        long behindInKey = behind - 8L * valueLength;
        if (behindInKey < 0) {
            return null;
        }
        int at = keyLength - 1 - (int) behindInKey / Byte.SIZE;
        int bit = Byte.SIZE - 1 - (int) behindInKey % Byte.SIZE;
        byte[] key = segment.key(offset, header);
        key[at] ^= (byte) (1 << bit);
        boolean sound =
                RecordHeader.isSound(
                        header, RecordHeader.fold(key, 0, keyLength), segment.mask(offset));
        return sound ? new BitFlip(offset + RecordHeader.keyOffset(header) + at, bit) : null;
    }
}
