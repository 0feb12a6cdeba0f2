package io.kvs.oneshot;

import io.kvs.format.LittleEndian;
import io.kvs.format.PositionMask;
import io.kvs.format.RecordHeader;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Records of a segment, or one, in a byte array. All offsets are those in the segment.
final class HeapRecords {
    private final byte[] bytes;
    private final long from;
    private final long salt;

    /// Takes the bytes of a segment.
    ///
    /// @param from the offset of the first one
    /// @param salt see {@link PositionMask}
    HeapRecords(byte[] bytes, long from, long salt) {
        this.bytes = bytes;
        this.from = from;
        this.salt = salt;
    }

    /// Returns the offset behind the last byte.
    long end() {
        return from + bytes.length;
    }

    /// Returns the header of the record at `offset`; 0 if not even that lies within the bytes.
    long header(long offset) {
        return end() - offset < RecordHeader.WORD_BYTES
                ? 0
                : LittleEndian.getLong(bytes, at(offset));
    }

    /// Returns whether a whole record of any kind lies at `offset`: header, check and checksum.
    boolean isWhole(long offset, long header) {
        return isSound(offset, header)
                && (!isChecked(header) || storedChecksum(offset) == checksum(offset, header));
    }

    /// Returns whether everything from `offset` to the end is zero.
    boolean isZeroFrom(long offset) {
        for (int i = at(offset); i < bytes.length; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /// Returns whether the value or tombstone at `offset` is that of `key`.
    boolean hasKey(long offset, long header, byte[] key) {
        int start = at(offset) + RecordHeader.keyOffset(header);
        return RecordHeader.isEntry(header)
                && RecordHeader.keyLength(header) == key.length
                && Arrays.equals(bytes, start, start + key.length, key, 0, key.length);
    }

    /// Returns the value or tombstone at `offset`.
    ///
    /// @param baseSequence the sequence number of offset 0, for a record that does not tell its own
    /// @throws NotSimpleException the value is in a blob, or compressed
    Found found(long offset, long header, long baseSequence) throws NotSimpleException {
        if (RecordHeader.kind(header) == RecordHeader.BLOB) {
            throw new NotSimpleException("the value is in a file of its own");
        }
        if (RecordHeader.kind(header) == RecordHeader.COMPRESSED) {
            throw new NotSimpleException("the value is compressed");
        }
        long sequence =
                RecordHeader.has(header, RecordHeader.EXPLICIT_SEQUENCE)
                        ? LittleEndian.getLong(bytes, at(offset) + RecordHeader.BYTES)
                        : baseSequence + (offset >>> 3);
        long expiryMillis =
                RecordHeader.has(header, RecordHeader.EXPIRING)
                        ? LittleEndian.getLong(
                                bytes, at(offset) + RecordHeader.expiryOffset(header))
                        : RecordHeader.NEVER;
        return new Found(sequence, value(offset, header), expiryMillis);
    }

    private byte @Nullable [] value(long offset, long header) {
        if (RecordHeader.kind(header) == RecordHeader.TOMBSTONE) {
            return null;
        }
        int start = at(offset) + RecordHeader.keyOffset(header) + RecordHeader.keyLength(header);
        return Arrays.copyOfRange(bytes, start, start + RecordHeader.valueLength(header));
    }

    private boolean isSound(long offset, long header) {
        if (RecordHeader.size(header) > end() - offset) {
            return false;
        }
        long fold =
                RecordHeader.isEntry(header)
                        ? RecordHeader.fold(
                                bytes,
                                at(offset) + RecordHeader.keyOffset(header),
                                RecordHeader.keyLength(header))
                        : 0;
        return RecordHeader.isSound(header, fold, PositionMask.of(salt, offset));
    }

    private int storedChecksum(long offset) {
        return LittleEndian.getInt(bytes, at(offset) + RecordHeader.CHECKSUM_OFFSET);
    }

    private int checksum(long offset, long header) {
        byte[] word = new byte[RecordHeader.WORD_BYTES];
        LittleEndian.putLong(word, 0, RecordHeader.unsealed(header));
        CRC32C crc = new CRC32C();
        crc.update(word, 0, word.length);
        int length =
                RecordHeader.isEntry(header)
                        ? RecordHeader.keyOffset(header)
                                + RecordHeader.keyLength(header)
                                + RecordHeader.valueLength(header)
                        : RecordHeader.BATCH_BYTES + RecordHeader.valueLength(header);
        crc.update(bytes, at(offset) + RecordHeader.BYTES, length - RecordHeader.BYTES);
        return PositionMask.apply((int) crc.getValue(), PositionMask.of(salt, offset));
    }

    private int at(long offset) {
        return (int) (offset - from);
    }

    private static boolean isChecked(long header) {
        return RecordHeader.isEntry(header) || RecordHeader.kind(header) == RecordHeader.BATCH;
    }
}
