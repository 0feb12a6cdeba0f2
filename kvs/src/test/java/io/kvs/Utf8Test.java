package io.kvs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class Utf8Test {
    @Test
    void decodeOfEncode_everyCodePoint_isTheText() {
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
                String text = Character.toString(codePoint);
                byte[] bytes = Utf8.encode(text);
                assertArrayEquals(text.getBytes(StandardCharsets.UTF_8), bytes);
                assertEquals(text, Utf8.decode(bytes));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0xD800, 0xDBFF, 0xDC00, 0xDFFF})
    void encode_unpairedSurrogate_isNotSerializable(int surrogate) {
        char c = (char) surrogate;

        assertThrows(SerializationException.class, () -> Utf8.encode(String.valueOf(c)));
        assertThrows(SerializationException.class, () -> Utf8.encode("a" + c + "b"));
    }

    @Test
    void decode_bytesThatAreNotUtf8_isNotSerializable() {
        byte[][] broken = {
            {(byte) 0x80},
            {(byte) 0xC3},
            {(byte) 0xC0, (byte) 0x80},
            {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
            {'a', (byte) 0xFF}
        };
        for (byte[] bytes : broken) {
            assertThrows(SerializationException.class, () -> Utf8.decode(bytes));
        }
    }
}
