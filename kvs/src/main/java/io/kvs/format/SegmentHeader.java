package io.kvs.format;

import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The first 64 bytes of a segment (FORMAT.md, "Segment").
///
/// @param storeId the store it belongs to
/// @param segmentId its id, also in its file name
/// @param sorted whether compaction wrote it, in key order and with explicit sequence numbers
/// @param baseSequence the sequence number of offset 0; that of a record in a log segment is this
///   plus its offset divided by 8
/// @param capacity the size of the file while it was written to, in bytes
/// @param boot a hash of the boot id of the writer's system
public record SegmentHeader(
        long storeId, long segmentId, boolean sorted, long baseSequence, long capacity, long boot) {

    /// Bytes of the header; the first record follows.
    public static final int BYTES = 64;

    /// Offset of the word that tells up to where the segment is known to be on stable storage.
    public static final int SYNCED_OFFSET = 56;

    private static final int MAGIC = 0x4753564B;
    private static final int VERSION = 1;
    private static final int CHECKSUM_OFFSET = 52;
    private static final long SYNCED_MASK = (1L << 40) - 1;

    /// Encodes everything but the synced word.
    public byte[] encode() {
        byte[] bytes = new byte[SYNCED_OFFSET];
        LittleEndian.putInt(bytes, 0, MAGIC);
        LittleEndian.putInt(bytes, 4, VERSION);
        LittleEndian.putLong(bytes, 8, storeId);
        LittleEndian.putLong(bytes, 16, segmentId);
        LittleEndian.putLong(bytes, 24, baseSequence);
        LittleEndian.putLong(bytes, 32, capacity);
        LittleEndian.putLong(bytes, 40, boot);
        LittleEndian.putInt(bytes, 48, sorted ? 1 : 0);
        LittleEndian.putInt(bytes, CHECKSUM_OFFSET, crc(bytes));
        return bytes;
    }

    /// Decodes a header; null if the bytes are not one of ours.
    public static @Nullable SegmentHeader decode(byte[] bytes) {
        if (LittleEndian.getInt(bytes, 0) != MAGIC
                || LittleEndian.getInt(bytes, 4) != VERSION
                || LittleEndian.getInt(bytes, CHECKSUM_OFFSET) != crc(bytes)) {
            return null;
        }
        return new SegmentHeader(
                LittleEndian.getLong(bytes, 8),
                LittleEndian.getLong(bytes, 16),
                LittleEndian.getInt(bytes, 48) == 1,
                LittleEndian.getLong(bytes, 24),
                LittleEndian.getLong(bytes, 32),
                LittleEndian.getLong(bytes, 40));
    }

    /// Returns the number of the bit without whose flip the bytes would be a header, or -1.
    ///
    /// Two to four flipped bits are never taken for one: any two headers with their checksums
    /// differ in six or more (Koopman, 32-Bit Cyclic Redundancy Codes for Internet Applications,
    /// DSN 2002).
    public static int flippedBit(byte[] bytes) {
        byte[] tried = bytes.clone();
        for (int bit = 0; bit < Byte.SIZE * SYNCED_OFFSET; bit++) {
            byte mask = (byte) (1 << bit % Byte.SIZE);
            tried[bit / Byte.SIZE] ^= mask;
            if (decode(tried) != null) {
                return bit;
            }
            tried[bit / Byte.SIZE] ^= mask;
        }
        return -1;
    }

    /// Returns the word that says: everything before `offset` is on stable storage.
    public static long syncedWord(long offset, long salt) {
        long place = offset >>> 3 & SYNCED_MASK;
        return place | PositionMask.of(salt, ~place) << 40;
    }

    /// Returns the offset in a synced word, or 0 if the word is not sound.
    public static long syncedOffset(long word, long salt) {
        long offset = (word & SYNCED_MASK) << 3;
        return word == syncedWord(offset, salt) ? offset : 0;
    }

    /// Returns what a header stores of a boot id.
    public static long bootHash(String bootId) {
        long hash = 0;
        for (int i = 0; i < bootId.length(); i++) {
            hash = hash * 0x100000001B3L + bootId.charAt(i);
        }
        return hash;
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, CHECKSUM_OFFSET);
        return (int) crc.getValue();
    }
}
