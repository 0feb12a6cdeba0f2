package io.kvs.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.format.Manifest.Entry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ManifestTest {
    private final SplittableRandom random = new SplittableRandom(1);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 17, 1_000})
    void decodeOfEncode_anyManifest_isTheSame(int segmentCount) {
        Manifest manifest = manifest(segmentCount);

        assertEquals(manifest, Manifest.decode(manifest.encode()));
        assertTrue(Manifest.isWhole(manifest.encode()));
        assertEquals(Manifest.VERSION, Manifest.version(manifest.encode()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5})
    void decode_anyBitFlipped_isTheSameAndNotWhole(int segmentCount) {
        Manifest manifest = manifest(segmentCount);
        byte[] bytes = manifest.encode();
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            flip(bytes, bit);
            assertEquals(manifest, Manifest.decode(bytes), "bit " + bit);
            assertFalse(Manifest.isWhole(bytes), "bit " + bit);
            flip(bytes, bit);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5})
    void decode_bothCopiesDamaged_isNull(int segmentCount) {
        byte[] bytes = manifest(segmentCount).encode();
        for (int i = 0; i < 2_000; i++) {
            int first = random.nextInt(4 * bytes.length);
            int second = 4 * bytes.length + random.nextInt(4 * bytes.length);
            flip(bytes, first);
            flip(bytes, second);
            assertNull(Manifest.decode(bytes), "bits " + first + " and " + second);
            flip(bytes, first);
            flip(bytes, second);
        }
    }

    @Test
    void decode_oneCopyOverwritten_usesTheOther() {
        Manifest manifest = manifest(3);
        byte[] bytes = manifest.encode();
        for (int half = 0; half < 2; half++) {
            byte[] damaged = bytes.clone();
            int from = half * bytes.length / 2;
            Arrays.fill(damaged, from, from + bytes.length / 2, (byte) 0);
            assertEquals(manifest, Manifest.decode(damaged));
        }
    }

    @Test
    void decode_cutAnywhere_isTheSameOrNull() {
        Manifest manifest = manifest(4);
        byte[] bytes = manifest.encode();
        for (int length = 0; length < bytes.length; length++) {
            Manifest decoded = Manifest.decode(Arrays.copyOf(bytes, length));
            if (length >= bytes.length / 2) {
                assertEquals(manifest, decoded, "length " + length);
            } else {
                assertNull(decoded, "length " + length);
            }
            assertFalse(Manifest.isWhole(Arrays.copyOf(bytes, length)), "length " + length);
        }
    }

    @Test
    void decode_randomBytes_isNull() {
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            assertNull(Manifest.decode(bytes));
        }
    }

    @Test
    void version_ofAnotherVersion_isTold() {
        byte[] bytes = manifest(1).encode();
        bytes[4] = 9;

        assertEquals(9, Manifest.version(bytes));
        assertNotNull(Manifest.decode(bytes), "the second copy is of this version");
        assertEquals(-1, Manifest.version(new byte[100]));
        assertEquals(-1, Manifest.version(new byte[0]));
    }

    private Manifest manifest(int segmentCount) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < segmentCount; i++) {
            entries.add(
                    new Entry(
                            i + 1,
                            random.nextBoolean(),
                            random.nextBoolean(),
                            random.nextLong(),
                            random.nextLong(),
                            random.nextLong(),
                            random.nextLong(),
                            random.nextLong(1L << 62)));
        }
        List<Long> runs = new ArrayList<>();
        for (int i = 0; i < segmentCount / 2; i++) {
            runs.add(random.nextLong());
        }
        return new Manifest(
                random.nextLong(),
                segmentCount + 1,
                random.nextLong(),
                random.nextLong(),
                entries,
                runs);
    }

    private static void flip(byte[] bytes, int bit) {
        bytes[bit >>> 3] ^= (byte) (1 << (bit & 7));
    }
}
