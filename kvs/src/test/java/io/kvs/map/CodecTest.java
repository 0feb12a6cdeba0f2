package io.kvs.map;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kvs.SerializationException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class CodecTest {
    @Test
    void numbersAndTimes_inOrder_haveBytesInOrder() {
        check(Codec.LONG, List.of(Long.MIN_VALUE, -256L, -1L, 0L, 1L, 255L, 256L, Long.MAX_VALUE));
        check(
                Codec.INTEGER,
                List.of(Integer.MIN_VALUE, -256, -1, 0, 1, 255, 256, Integer.MAX_VALUE));
        check(
                Codec.INSTANT,
                List.of(
                        Instant.MIN,
                        Instant.EPOCH.minusNanos(1),
                        Instant.EPOCH,
                        Instant.EPOCH.plusNanos(1),
                        Instant.EPOCH.plusSeconds(1),
                        Instant.MAX));
        check(Codec.STRING, List.of("", "\0", "a", "a\0", "ab", "b", "é", "\uFFFF", "😀"));
        check(
                Codec.UUID,
                List.of(
                        new UUID(0, 0),
                        new UUID(0, -1),
                        new UUID(1, 0),
                        new UUID(Long.MAX_VALUE, 0),
                        new UUID(Long.MIN_VALUE, 0),
                        new UUID(-1, -1)));
    }

    private static <T> void check(Codec<T> codec, List<T> objects) {
        for (int i = 0; i < objects.size(); i++) {
            byte[] bytes = codec.encode(objects.get(i));
            assertEquals(objects.get(i), codec.decode(bytes));
            for (int j = 0; j < objects.size(); j++) {
                assertEquals(
                        Integer.signum(Integer.compare(i, j)),
                        Integer.signum(
                                Arrays.compareUnsigned(bytes, codec.encode(objects.get(j)))));
            }
        }
    }

    @Test
    void uuid_bytes_areThoseOfTheWrittenForm() {
        byte[] bytes = Codec.UUID.encode(UUID.fromString("00010203-0405-0607-0809-0a0b0c0d0e0f"));

        assertArrayEquals(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, bytes);
    }

    @Test
    void decode_wrongBytes_isNotSerializable() {
        for (Codec<?> codec : List.of(Codec.LONG, Codec.INTEGER, Codec.UUID, Codec.INSTANT)) {
            assertThrows(SerializationException.class, () -> codec.decode(new byte[5]));
        }
        assertThrows(SerializationException.class, () -> Codec.STRING.decode(new byte[] {-1}));
        assertThrows(SerializationException.class, () -> Codec.STRING.encode("\uD83D"));
    }
}
