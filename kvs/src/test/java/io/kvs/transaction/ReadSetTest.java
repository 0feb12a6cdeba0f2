package io.kvs.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ReadSetTest {
    private static final long SEED = Long.getLong("kvs.seed", 1);
    private static final int KEYS = 40;

    @Test
    void intervals_atRandom_coverWhatWasAddedAndAreApart() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 2_000; round++) {
            ReadSet reads = new ReadSet();
            boolean[] covered = new boolean[KEYS];
            for (int i = random.nextInt(8); i >= 0; i--) {
                int from = random.nextInt(KEYS);
                int to =
                        random.nextInt(8) == 0
                                ? KEYS
                                : Math.min(KEYS - 1, from + random.nextInt(9));
                reads.add(interval(from, to));
                for (int key = from; key < to; key++) {
                    covered[key] = true;
                }
            }
            check(covered, reads.intervals());
        }
    }

    private static void check(boolean[] covered, List<KeyInterval> intervals) {
        for (int key = 0; key < KEYS; key++) {
            byte[] bytes = {(byte) key};
            long holders = intervals.stream().filter(each -> each.contains(bytes)).count();
            assertEquals(covered[key] ? 1 : 0, holders, "key " + key + ", seed " + SEED);
        }
        for (int i = 1; i < intervals.size(); i++) {
            byte @Nullable [] end = intervals.get(i - 1).to();
            assertTrue(end != null && end[0] < intervals.get(i).from()[0], "seed " + SEED);
        }
    }

    private static KeyInterval interval(int from, int to) {
        return new KeyInterval(
                new byte[] {(byte) from}, to == KEYS ? null : new byte[] {(byte) to});
    }

    @Test
    void intervals_withoutEnd_takeInWhatFollows() {
        ReadSet reads = new ReadSet();
        reads.add(interval(5, 6));
        reads.add(interval(9, KEYS));
        reads.add(interval(3, KEYS));

        assertEquals(1, reads.intervals().size());
        assertEquals(3, reads.intervals().getFirst().from()[0]);
        assertNull(reads.intervals().getFirst().to());
    }

    @Test
    void keys_readTwice_areThereOnce() {
        ReadSet reads = new ReadSet();
        reads.add(new byte[] {2}, 7);
        reads.add(new byte[] {1}, KeyRead.ABSENT);
        reads.add(new byte[] {2}, 7);

        assertEquals(List.of(-1L, 7L), reads.keys().stream().map(KeyRead::version).toList());
    }
}
