package io.kvs.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.format.Checksum;
import io.kvs.format.LittleEndian;
import io.kvs.format.PositionMask;
import io.kvs.format.RecordHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The worked example of FORMAT.md is what the code writes.
final class FormatDocumentTest {
    private static final long STORE_ID = 0x0123456789ABCDEFL;
    private static final long SEGMENT_ID = 1;
    private static final long OFFSET = 64;
    private static final long EXPIRY = Instant.parse("2030-01-01T00:00:00Z").toEpochMilli();

    @Test
    void example_decoded_isTheRecordItDescribes() throws IOException {
        assertDescribes(example(0), RecordHeader.NEVER);
    }

    @Test
    void exampleThatExpires_decoded_isTheRecordItDescribes() throws IOException {
        byte[] record = example(1);
        long header = LittleEndian.getLong(record, 0);

        assertTrue(RecordHeader.has(header, RecordHeader.EXPIRING));
        assertEquals(EXPIRY, LittleEndian.getLong(record, RecordHeader.expiryOffset(header)));
        assertDescribes(record, EXPIRY);
    }

    private static void assertDescribes(byte[] record, long expiryMillis) {
        long header = LittleEndian.getLong(record, 0);
        long mask = PositionMask.of(PositionMask.salt(STORE_ID, SEGMENT_ID), OFFSET);
        int keyStart = RecordHeader.keyOffset(header);
        int valueStart = keyStart + RecordHeader.keyLength(header);
        byte[] key = Arrays.copyOfRange(record, keyStart, valueStart);
        byte[] value =
                Arrays.copyOfRange(
                        record, valueStart, valueStart + RecordHeader.valueLength(header));

        assertEquals(RecordHeader.VALUE, RecordHeader.kind(header));
        assertEquals(record.length, RecordHeader.size(header));
        assertArrayEquals("key".getBytes(StandardCharsets.UTF_8), key);
        assertArrayEquals("value".getBytes(StandardCharsets.UTF_8), value);
        long fold = RecordHeader.fold(key, 0, key.length);
        assertTrue(RecordHeader.isSound(header, fold, mask));
        int crc = Checksum.ofRecord(RecordHeader.unsealed(header), expiryMillis, key, value);
        assertEquals(
                PositionMask.apply(crc, mask),
                LittleEndian.getInt(record, RecordHeader.CHECKSUM_OFFSET));
    }

    private static byte[] example(int number) throws IOException {
        String document = Files.readString(Path.of("..", "docs", "FORMAT.md"));
        Matcher hex = Pattern.compile("(?m)^([0-9a-f]{2}( [0-9a-f]{2})+)$").matcher(document);
        for (int i = 0; i <= number; i++) {
            assertTrue(hex.find(), "FORMAT.md has no example in hexadecimal");
        }
        return HexFormat.ofDelimiter(" ").parseHex(hex.group(1));
    }
}
