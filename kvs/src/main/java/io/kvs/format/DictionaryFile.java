package io.kvs.format;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A dictionary for the compression of values (FORMAT.md, "Dictionary").
///
/// The file holds it twice, so that no single damage makes all values unreadable that were
/// compressed with it.
///
/// @param storeId the store it belongs to
/// @param id its id, also in its file name
/// @param compression the name of the compression it is for
/// @param ratioPermille how long the samples were after compression, in thousandths
/// @param content the dictionary; may be empty; not to be changed
public record DictionaryFile(
        long storeId, long id, String compression, int ratioPermille, byte[] content) {

    /// The longest dictionary.
    public static final int CONTENT_MAX_BYTES = 1 << 20;

    private static final int MAGIC = 0x4453564B;
    private static final int VERSION = 1;
    private static final int NAME_OFFSET = 32;
    private static final int NAME_BYTES = 32;
    private static final int HEAD_BYTES = NAME_OFFSET + NAME_BYTES;
    private static final int CRC_BYTES = 4;

    /// Returns the bytes of the file.
    public byte[] encode() {
        int size = HEAD_BYTES + content.length + CRC_BYTES;
        byte[] bytes = new byte[2 * size];
        LittleEndian.putInt(bytes, 0, MAGIC);
        LittleEndian.putInt(bytes, 4, VERSION);
        LittleEndian.putLong(bytes, 8, storeId);
        LittleEndian.putLong(bytes, 16, id);
        LittleEndian.putInt(bytes, 24, ratioPermille);
        LittleEndian.putInt(bytes, 28, content.length);
        byte[] name = compression.getBytes(US_ASCII);
        System.arraycopy(name, 0, bytes, NAME_OFFSET, name.length);
        System.arraycopy(content, 0, bytes, HEAD_BYTES, content.length);
        LittleEndian.putInt(bytes, size - CRC_BYTES, crc(bytes, 0, size - CRC_BYTES));
        System.arraycopy(bytes, 0, bytes, size, size);
        return bytes;
    }

    /// Reads the first sound copy in a file; null if there is none.
    public static @Nullable DictionaryFile decode(byte[] bytes) {
        DictionaryFile first = decode(bytes, 0);
        if (first != null) {
            return first;
        }
        for (int at = 1; at + HEAD_BYTES + CRC_BYTES <= bytes.length; at++) {
            DictionaryFile second = decode(bytes, at);
            if (second != null) {
                return second;
            }
        }
        return null;
    }

    /// Returns whether both copies in the file are sound.
    public static boolean isWhole(byte[] bytes) {
        return bytes.length % 2 == 0
                && decode(bytes, 0) != null
                && decode(bytes, bytes.length / 2) != null;
    }

    private static @Nullable DictionaryFile decode(byte[] bytes, int start) {
        if (bytes.length - start < HEAD_BYTES + CRC_BYTES
                || LittleEndian.getInt(bytes, start) != MAGIC
                || LittleEndian.getInt(bytes, start + 4) != VERSION) {
            return null;
        }
        int length = LittleEndian.getInt(bytes, start + 28);
        if (length < 0 || length > bytes.length - start - HEAD_BYTES - CRC_BYTES) {
            return null;
        }
        int end = start + HEAD_BYTES + length;
        if (LittleEndian.getInt(bytes, end) != crc(bytes, start, end)) {
            return null;
        }
        return new DictionaryFile(
                LittleEndian.getLong(bytes, start + 8),
                LittleEndian.getLong(bytes, start + 16),
                name(bytes, start + NAME_OFFSET),
                LittleEndian.getInt(bytes, start + 24),
                Arrays.copyOfRange(bytes, start + HEAD_BYTES, end));
    }

    private static String name(byte[] bytes, int start) {
        int end = start;
        while (end < start + NAME_BYTES && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, start, end - start, US_ASCII);
    }

    private static int crc(byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }
}
