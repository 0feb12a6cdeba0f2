package io.kvs.zstd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ZstdCompressorTest {
    private static final byte[] NOTHING = {};

    private final SplittableRandom random = new SplittableRandom(1);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void decompressOfCompress_anyValue_isTheSame(boolean trained) {
        byte[] dictionary = trained ? new ZstdCompression().train(samples(), 4_096) : NOTHING;
        try (ZstdCompressor compressor = new ZstdCompressor(dictionary)) {
            for (int i = 0; i < 5_000; i++) {
                byte[] value = i % 2 == 0 ? sample() : randomBytes(random.nextInt(3_000));
                byte[] target = new byte[2 * value.length + 100];
                int length = compressor.compress(value, target, 7, target.length);
                assertTrue(length > 0);
                byte[] decompressed = new byte[value.length];
                compressor.decompress(target, 7, 7 + length, decompressed);
                assertArrayEquals(value, decompressed);
            }
        }
    }

    @Test
    void train_samplesOfOneForm_makesOthersOfThatFormMuchSmaller() {
        byte[] dictionary = new ZstdCompression().train(samples(), 4_096);

        assertTrue(dictionary.length > 0 && dictionary.length <= 4_096);
        assertTrue(3 * compressedBytes(dictionary) < compressedBytes(NOTHING));
    }

    @Test
    void train_tooLittleToLearnFrom_isEmpty() {
        assertEquals(0, new ZstdCompression().train(List.of(), 4_096).length);
        assertEquals(0, new ZstdCompression().train(List.of(new byte[9]), 4_096).length);
    }

    @Test
    void compress_resultThatDoesNotFit_isZero() {
        try (ZstdCompressor compressor = new ZstdCompressor(NOTHING)) {
            byte[] value = randomBytes(100);
            assertEquals(0, compressor.compress(value, new byte[90], 0, 90));
        }
    }

    @Test
    void decompress_damagedOrOfAnotherLength_isAnError() {
        try (ZstdCompressor compressor = new ZstdCompressor(NOTHING)) {
            byte[] value = sample();
            byte[] target = new byte[300];
            int length = compressor.compress(value, target, 0, target.length);
            for (int other : new int[] {0, 1, value.length - 1, value.length + 1}) {
                assertThrows(
                        IllegalArgumentException.class,
                        () -> compressor.decompress(target, 0, length, new byte[other]));
            }
            for (int i = 0; i < 20_000; i++) {
                byte[] damaged = Arrays.copyOf(target, length);
                damaged[random.nextInt(length)] ^= (byte) (1 + random.nextInt(255));
                try {
                    compressor.decompress(damaged, 0, length, new byte[value.length]);
                } catch (IllegalArgumentException e) {
                    // It was noticed; a checksum around it notices the rest.
                }
            }
        }
    }

    @Test
    void use_closed_isAnError() {
        ZstdCompressor compressor = new ZstdCompressor(NOTHING);
        byte[] target = new byte[300];
        compressor.compress(sample(), target, 0, target.length);
        compressor.close();

        assertThrows(
                IllegalStateException.class,
                () -> compressor.compress(sample(), target, 0, target.length));
        assertThrows(
                IllegalStateException.class,
                () -> compressor.decompress(target, 0, 10, new byte[10]));
    }

    private int compressedBytes(byte[] dictionary) {
        int bytes = 0;
        try (ZstdCompressor compressor = new ZstdCompressor(dictionary)) {
            for (int i = 0; i < 1_000; i++) {
                bytes += compressor.compress(sample(), new byte[300], 0, 300);
            }
        }
        return bytes;
    }

    private List<byte[]> samples() {
        List<byte[]> samples = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            samples.add(sample());
        }
        return samples;
    }

    private byte[] sample() {
        return ("{\"name\":\"user"
                        + random.nextInt(100_000)
                        + "\",\"active\":true,\"city\":\"Berlin\",\"score\":"
                        + random.nextInt(1_000)
                        + "}")
                .getBytes(UTF_8);
    }

    private byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
