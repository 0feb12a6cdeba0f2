package io.kvs.format;

import java.util.zip.CRC32C;

/// CRC-32C (Castagnoli) of bytes on the heap.
///
/// Never hand mapped memory to it: a page that the device cannot read would end the process.
public final class Checksum {
    /// The polynomial without its highest term, in the order of bits in which the checksum is
    /// taken.
    private static final int POLYNOMIAL = 0x82F63B78;

    private Checksum() {}

    /// Returns the checksum of a range.
    public static int of(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    /// Returns the checksum of a record that is given in parts.
    ///
    /// @param header the header without its check, and without an explicit sequence number
    /// @param expiryMillis when it expires, if the header says that it does
    /// @param key the key
    /// @param value the value
    public static int ofRecord(long header, long expiryMillis, byte[] key, byte[] value) {
        byte[] word = new byte[RecordHeader.WORD_BYTES];
        LittleEndian.putLong(word, 0, header);
        CRC32C crc = new CRC32C();
        crc.update(word);
        if (RecordHeader.has(header, RecordHeader.EXPIRING)) {
            LittleEndian.putLong(word, 0, expiryMillis);
            crc.update(word);
        }
        crc.update(key);
        crc.update(value);
        return (int) crc.getValue();
    }

    /// Finds a single flipped bit by the difference that it makes to the checksum, which depends on
    /// nothing but its distance from the end: the CRC's shift register is run backwards until the
    /// difference is the one bit that went in.
    ///
    /// @param difference the exclusive or of the checksums with and without the flip
    /// @param bits how many bits to go back from the end of the message; each costs a few ns
    /// @return how many bits lie behind the flipped one, or -1 if it is not among these; the bits
    ///   of a byte count from the lowest
    public static long bitsBehindFlip(int difference, long bits) {
        int state = difference;
        for (long behind = 0; behind < bits; behind++) {
            state = state < 0 ? (state ^ POLYNOMIAL) << 1 | 1 : state << 1;
            if (state == 1) {
                return behind;
            }
        }
        return -1;
    }
}
