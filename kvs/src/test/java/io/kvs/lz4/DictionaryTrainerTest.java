package io.kvs.lz4;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class DictionaryTrainerTest {
    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void train_samplesWithACommonForm_halvesOthersOfThatForm() {
        byte[] dictionary = new DictionaryTrainer(samples(1_000)).train(2_048);

        assertTrue(dictionary.length > 0 && dictionary.length <= 2_048);
        assertTrue(compressedBytes(dictionary) * 2 < compressedBytes(new byte[0]));
    }

    @Test
    void train_nothingToLearnFrom_isEmpty() {
        assertEquals(0, new DictionaryTrainer(List.of()).train(4_096).length);
        assertEquals(0, new DictionaryTrainer(List.of(new byte[3])).train(4_096).length);
        assertEquals(0, new DictionaryTrainer(samples(1)).train(4_096).length);
    }

    @Test
    void train_sameSamples_isTheSame() {
        List<byte[]> samples = samples(200);

        assertArrayEquals(
                new DictionaryTrainer(samples).train(1_024),
                new DictionaryTrainer(samples).train(1_024));
    }

    private int compressedBytes(byte[] dictionary) {
        Lz4Compressor compressor = new Lz4Compressor(dictionary);
        int bytes = 0;
        for (byte[] value : samples(100)) {
            bytes += compressor.compress(value, new byte[1_000], 0, 1_000);
        }
        return bytes;
    }

    private List<byte[]> samples(int count) {
        List<byte[]> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            samples.add(
                    ("{\"name\":\"user"
                                    + random.nextInt(1_000_000)
                                    + "\",\"active\":true,\"city\":\"Berlin\",\"score\":"
                                    + random.nextInt(1_000)
                                    + "}")
                            .getBytes(US_ASCII));
        }
        return samples;
    }
}
