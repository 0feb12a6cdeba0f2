package io.kvs.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RawArgumentsTest {
    private static final byte[] PARTS = "java\0-x\0\0last\0".getBytes(StandardCharsets.UTF_8);

    @Test
    void fromEnd_findsEachPart() throws IOException {
        assertArrayEquals("last".getBytes(StandardCharsets.UTF_8), RawArguments.fromEnd(PARTS, 1));
        assertArrayEquals(new byte[0], RawArguments.fromEnd(PARTS, 2));
        assertArrayEquals("-x".getBytes(StandardCharsets.UTF_8), RawArguments.fromEnd(PARTS, 3));
    }

    @Test
    void unescape_givesTheBytesThatWereEscaped() {
        SplittableRandom random = new SplittableRandom(1);
        byte[] text = "ключ \uFFFD 🐎 é".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = Arrays.copyOf(text, random.nextInt(text.length + 1));
            for (int j = random.nextInt(4); j > 0 && bytes.length > 0; j--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            assertArrayEquals(bytes, RawArguments.unescape(RawArguments.escape(bytes)));
        }
    }

    @Test
    void escape_ofUtf8_isItsText() {
        String text = "ключ \uFFFD 🐎 é";
        assertEquals(text, RawArguments.escape(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void fromEnd_ofMorePartsThanThereAre_fails() {
        assertThrows(IOException.class, () -> RawArguments.fromEnd(PARTS, 5));
    }
}
