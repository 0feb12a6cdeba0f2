package io.kvs.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class KeyHashTest {
    private final KeyHash hash = new KeyHash(42);

    @Test
    void of_sameKey_isTheSame() {
        for (int length = 1; length < 200; length++) {
            byte[] key = new byte[length];
            new SplittableRandom(length).nextBytes(key);
            assertEquals(hash.of(key), hash.of(key.clone()));
            assertEquals(hash.of(key), new KeyHash(42).of(key));
            assertNotEquals(hash.of(key), new KeyHash(43).of(key));
        }
    }

    @Test
    void of_similarKeys_differs() {
        Set<Long> seen = new HashSet<>();
        int count = 0;
        for (int length = 1; length < 70; length++) {
            byte[] key = new byte[length];
            count += seen.add(hash.of(key)) ? 1 : 0;
            for (int bit = 0; bit < 8 * length; bit++) {
                key[bit >>> 3] ^= (byte) (1 << (bit & 7));
                count += seen.add(hash.of(key)) ? 1 : 0;
                key[bit >>> 3] ^= (byte) (1 << (bit & 7));
            }
        }
        assertEquals(8 * 69 * 70 / 2 + 69, count, "some keys have the same hash");
    }

    @Test
    void of_sequentialKeys_spreadsOverEveryGroupOfBits() {
        int count = 64 * 1_024;
        for (int shift = 0; shift <= 58; shift += 2) {
            int[] buckets = new int[64];
            for (int i = 0; i < count; i++) {
                byte[] key = ("user:" + i).getBytes(StandardCharsets.US_ASCII);
                buckets[(int) (hash.of(key) >>> shift) & 63]++;
            }
            for (int inBucket : buckets) {
                // Six standard deviations from the mean.
                assertTrue(Math.abs(inBucket - 1_024) < 192, inBucket + " at bit " + shift);
            }
        }
    }

    @Test
    void of_anyBitFlipped_changesHalfOfTheBits() {
        SplittableRandom random = new SplittableRandom(1);
        for (int length : new int[] {1, 7, 8, 9, 16, 17, 33, 100}) {
            long changed = 0;
            int samples = 2_000;
            for (int i = 0; i < samples; i++) {
                byte[] key = new byte[length];
                random.nextBytes(key);
                long before = hash.of(key);
                int bit = random.nextInt(8 * length);
                key[bit >>> 3] ^= (byte) (1 << (bit & 7));
                changed += Long.bitCount(before ^ hash.of(key));
            }
            double share = (double) changed / samples / 64;
            assertTrue(share > 0.48 && share < 0.52, share + " at length " + length);
        }
    }
}
