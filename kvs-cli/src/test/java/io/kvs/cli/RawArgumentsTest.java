package io.kvs.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
    void fromEnd_ofMorePartsThanThereAre_fails() {
        assertThrows(IOException.class, () -> RawArguments.fromEnd(PARTS, 5));
    }
}
