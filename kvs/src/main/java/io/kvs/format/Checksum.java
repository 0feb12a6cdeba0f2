package io.kvs.format;

import java.util.zip.CRC32C;

/// CRC-32C (Castagnoli) of bytes on the heap.
///
/// Never hand mapped memory to it: a page that the device cannot read would end the process.
public final class Checksum {
    private Checksum() {}

    /// Returns the checksum of a range.
    public static int of(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    /// Returns the checksum of a record that is given in parts.
    ///
    /// @param header the header without its check
    /// @param key the key
    /// @param value the value
    public static int ofRecord(long header, byte[] key, byte[] value) {
        byte[] word = new byte[RecordHeader.WORD_BYTES];
        LittleEndian.putLong(word, 0, header);
        CRC32C crc = new CRC32C();
        crc.update(word);
        crc.update(key);
        crc.update(value);
        return (int) crc.getValue();
    }
}
