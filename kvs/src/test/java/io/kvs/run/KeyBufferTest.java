package io.kvs.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KeyBufferTest {
    private final KeyBuffer buffer = new KeyBuffer();

    @ParameterizedTest
    @CsvSource({
        "abc, abc, 3, 0",
        "abc, abd, 2, -1",
        "abc, ab, 2, 1",
        "ab, abc, 2, -1",
        "b, a, 0, 1"
    })
    void set_aKeyBetweenOthers_isComparedAlone(String key, String other, int shared, int order) {
        byte[] source = bytes("<" + key + ">");
        buffer.set(source, 1, source.length - 1);
        byte[] wanted = bytes("[" + other + "]");

        assertEquals(shared, buffer.shared(wanted, 1, wanted.length - 1));
        assertEquals(order, Integer.signum(buffer.compareTo(wanted, 1, wanted.length - 1)));
        assertArrayEquals(bytes(key), buffer.copy());
    }

    @Test
    void set_oneAfterTheOther_holdsTheLast() {
        for (int length : new int[] {1, 64, 65, 70_000, 2}) {
            byte[] key = bytes("k".repeat(length));
            buffer.set(key, 0, length);

            assertEquals(length, buffer.length());
            assertArrayEquals(key, buffer.copy());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
