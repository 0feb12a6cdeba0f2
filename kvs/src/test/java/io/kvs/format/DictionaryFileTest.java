package io.kvs.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DictionaryFileTest {
    private final SplittableRandom random = new SplittableRandom(1);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 65_536})
    void decodeOfEncode_anyDictionary_isTheSame(int length) {
        DictionaryFile file = file(length);
        byte[] bytes = file.encode();

        assertSame(file, DictionaryFile.decode(bytes));
        assertTrue(DictionaryFile.isWhole(bytes));
    }

    @Test
    void decode_anyBitFlipped_isTheSameAndNotWhole() {
        DictionaryFile file = file(20);
        byte[] bytes = file.encode();
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            bytes[bit >>> 3] ^= (byte) (1 << (bit & 7));
            assertSame(file, DictionaryFile.decode(bytes));
            assertFalse(DictionaryFile.isWhole(bytes), "bit " + bit);
            bytes[bit >>> 3] ^= (byte) (1 << (bit & 7));
        }
    }

    @Test
    void decode_cutAnywhere_isTheSameOrNull() {
        DictionaryFile file = file(20);
        byte[] bytes = file.encode();
        for (int length = 0; length < bytes.length; length++) {
            DictionaryFile decoded = DictionaryFile.decode(Arrays.copyOf(bytes, length));
            if (length >= bytes.length / 2) {
                assertSame(file, decoded);
            } else {
                assertNull(decoded, "length " + length);
            }
        }
    }

    @Test
    void decode_bothCopiesDamaged_isNull() {
        byte[] bytes = file(20).encode();
        bytes[10] ^= 1;
        bytes[bytes.length - 1] ^= 1;

        assertNull(DictionaryFile.decode(bytes));
    }

    @Test
    void compressedLength_any_isReadBack() {
        for (int i = 0; i < 100_000; i++) {
            int length = random.nextInt(RecordHeader.RECORD_MAX_BYTES) >>> random.nextInt(30);
            byte[] bytes = new byte[CompressedValue.LENGTH_MAX_BYTES];
            int end = CompressedValue.putLength(bytes, 0, length);
            assertEquals(CompressedValue.lengthBytes(length), end);
            assertEquals(length, CompressedValue.length(bytes, 0, end));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> CompressedValue.length(bytes, 0, end - 1));
        }
    }

    private DictionaryFile file(int length) {
        byte[] content = new byte[length];
        random.nextBytes(content);
        return new DictionaryFile(random.nextLong(), random.nextLong(), "lz4", 432, content);
    }

    private static void assertSame(DictionaryFile expected, @Nullable DictionaryFile actual) {
        assertNotNull(actual);
        assertEquals(expected.storeId(), actual.storeId());
        assertEquals(expected.id(), actual.id());
        assertEquals(expected.compression(), actual.compression());
        assertEquals(expected.ratioPermille(), actual.ratioPermille());
        assertArrayEquals(expected.content(), actual.content());
    }
}
