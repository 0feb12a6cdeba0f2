package io.kvs.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.compaction.CompactionPolicy.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class CompactionPolicyTest {
    private static final long MEGABYTE = 1 << 20;
    private static final CompactionPolicy POLICY =
            new CompactionPolicy(MEGABYTE, 1.4, 64 * MEGABYTE);

    @Test
    void choose_nothingStored_isNone() {
        assertEquals(List.of(), POLICY.choose(List.of(), 0));
        assertEquals(List.of(), POLICY.chooseAll(List.of(), MEGABYTE));
    }

    @Test
    void choose_staleUpToTheThreshold_isNone() {
        assertEquals(List.of(), POLICY.choose(List.of(candidate(1, MEGABYTE, MEGABYTE)), MEGABYTE));
    }

    @Test
    void choose_staleOverTheThreshold_isTheSegment() {
        assertEquals(
                List.of(1L),
                POLICY.choose(List.of(candidate(1, MEGABYTE, MEGABYTE + 1)), MEGABYTE));
    }

    @Test
    void choose_staleBelowTheShareOfALargeStore_isNone() {
        long live = 100 * MEGABYTE;

        assertEquals(List.of(), POLICY.choose(List.of(candidate(1, live, 39 * MEGABYTE)), live));
        assertEquals(List.of(1L), POLICY.choose(List.of(candidate(1, live, 41 * MEGABYTE)), live));
    }

    @Test
    void choose_severalSegments_takesTheStalestAndNoMoreThanNeeded() {
        List<Candidate> candidates =
                List.of(
                        candidate(1, 10 * MEGABYTE, MEGABYTE),
                        candidate(2, MEGABYTE, 10 * MEGABYTE),
                        candidate(3, 5 * MEGABYTE, 5 * MEGABYTE));

        assertEquals(List.of(2L), POLICY.choose(candidates, 16 * MEGABYTE));
    }

    @Test
    void chooseAtRest_staleUpToASixteenth_isNone() {
        long live = 160 * MEGABYTE;

        assertEquals(
                List.of(),
                POLICY.chooseAtRest(
                        List.of(candidate(1, live, 10 * MEGABYTE)), live, Long.MAX_VALUE));
        assertEquals(
                List.of(1L),
                POLICY.chooseAtRest(
                        List.of(candidate(1, live, 10 * MEGABYTE + 1)), live, Long.MAX_VALUE));
    }

    @Test
    void chooseAtRest_staleUpToTheThreshold_isNone() {
        assertEquals(
                List.of(),
                POLICY.chooseAtRest(
                        List.of(candidate(1, MEGABYTE, MEGABYTE)), MEGABYTE, Long.MAX_VALUE));
    }

    @Test
    void chooseAtRest_moreToMoveThanAllowed_isNone() {
        List<Candidate> candidates = List.of(candidate(1, 8 * MEGABYTE, 8 * MEGABYTE));

        assertEquals(List.of(1L), POLICY.chooseAtRest(candidates, 8 * MEGABYTE, 8 * MEGABYTE));
        assertEquals(List.of(), POLICY.chooseAtRest(candidates, 8 * MEGABYTE, 8 * MEGABYTE - 1));
    }

    @Test
    void chooseUnsorted_takesTheFirstUpToABound() {
        List<Candidate> unsorted =
                List.of(
                        candidate(1, 40 * MEGABYTE, 0),
                        candidate(2, 24 * MEGABYTE, 0),
                        candidate(3, 1, 0));

        assertEquals(List.of(1L, 2L), POLICY.chooseUnsorted(unsorted, 64 * MEGABYTE));
        assertEquals(List.of(1L), POLICY.chooseUnsorted(unsorted, 20 * MEGABYTE));
        assertEquals(List.of(), POLICY.chooseUnsorted(List.of(), MEGABYTE));
    }

    @Test
    void choose_nothingLive_takesItBelowTheThreshold() {
        assertEquals(List.of(1L), POLICY.choose(List.of(candidate(1, 0, 40 << 10)), 0));
        assertEquals(List.of(), POLICY.choose(List.of(candidate(1, 0, 30 << 10)), 0));
    }

    @Test
    void choose_tombstones_countAsStaleUnlessKept() {
        Candidate droppable = new Candidate(1, 0, 0, 2 * MEGABYTE, 0);
        Candidate kept = new Candidate(2, 0, 0, 0, 2 * MEGABYTE);

        assertEquals(List.of(1L), POLICY.choose(List.of(droppable, kept), MEGABYTE));
        assertEquals(List.of(), POLICY.choose(List.of(kept), MEGABYTE));
        assertEquals(List.of(1L), POLICY.chooseAll(List.of(droppable, kept), MEGABYTE));
    }

    @Test
    void choose_muchToMove_movesAtMostOneRound() {
        CompactionPolicy policy = new CompactionPolicy(0, 1.4, 10 * MEGABYTE);
        List<Candidate> candidates = new ArrayList<>();
        for (int id = 1; id <= 20; id++) {
            candidates.add(candidate(id, 4 * MEGABYTE, 4 * MEGABYTE));
        }

        assertEquals(2, policy.choose(candidates, 80 * MEGABYTE).size());
        assertEquals(5, policy.chooseAll(candidates, 20 * MEGABYTE).size());
    }

    @Test
    void choose_oneSegmentLargerThanARound_isTakenAlone() {
        CompactionPolicy policy = new CompactionPolicy(0, 1.4, MEGABYTE);

        assertEquals(
                List.of(1L),
                policy.choose(List.of(candidate(1, 5 * MEGABYTE, 4 * MEGABYTE)), 5 * MEGABYTE));
    }

    @Test
    void choose_manySmallSegments_mergesThem() {
        List<Candidate> candidates = new ArrayList<>();
        for (int id = 1; id <= 16; id++) {
            candidates.add(candidate(id, 1_000, 0));
        }
        assertEquals(List.of(), POLICY.choose(candidates, 16_000));

        candidates.add(candidate(17, 1_000, 0));

        assertEquals(17, POLICY.choose(candidates, 17_000).size());
    }

    @Test
    void chooseAll_onlyLiveSegments_isNone() {
        assertEquals(List.of(), POLICY.chooseAll(List.of(candidate(1, MEGABYTE, 0)), MEGABYTE));
    }

    @Test
    void pressure_littleIsLive_growsAboveTheThresholdAndSomeLeeway() {
        assertEquals(Pressure.NONE, POLICY.pressure(2 * MEGABYTE, 0));
        assertEquals(Pressure.NEAR, POLICY.pressure(MEGABYTE * 19 / 8, 0));
        assertEquals(Pressure.URGENT, POLICY.pressure(3 * MEGABYTE, 0));
        assertEquals(Pressure.EXCEEDED, POLICY.pressure(4 * MEGABYTE, 0));
    }

    @Test
    void pressure_muchIsLive_growsAboveItsShare() {
        long live = 100 * MEGABYTE;

        assertEquals(Pressure.NONE, POLICY.pressure(50 * MEGABYTE, live));
        assertEquals(Pressure.NEAR, POLICY.pressure(55 * MEGABYTE, live));
        assertEquals(Pressure.URGENT, POLICY.pressure(70 * MEGABYTE, live));
        assertEquals(Pressure.EXCEEDED, POLICY.pressure(90 * MEGABYTE, live));
    }

    /// Whatever the segments are: while the stale bytes exceed the bound something is chosen, what
    /// is chosen gives something back, and compacting it again and again ends within the bound.
    @Test
    void choose_anySegments_endsWithinTheBound() {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 500; round++) {
            long threshold = random.nextLong(2 * MEGABYTE);
            double ratio = 1.1 + random.nextDouble() * 2;
            CompactionPolicy policy = new CompactionPolicy(threshold, ratio, 8 * MEGABYTE);
            List<Candidate> candidates = new ArrayList<>();
            long live = 0;
            for (int id = random.nextInt(40); id > 0; id--) {
                Candidate candidate =
                        candidate(
                                id,
                                random.nextLong(2) * random.nextLong(2 * MEGABYTE),
                                random.nextLong(2) * random.nextLong(2 * MEGABYTE));
                candidates.add(candidate);
                live += candidate.liveBytes();
            }
            int steps = 0;
            long nextId = 1_000;
            List<Long> chosen = policy.choose(candidates, live);
            while (!chosen.isEmpty()) {
                List<Long> ids = chosen;
                long moved =
                        candidates.stream()
                                .filter(c -> ids.contains(c.id()))
                                .mapToLong(Candidate::liveBytes)
                                .sum();
                assertEquals(
                        ids.size(), candidates.stream().filter(c -> ids.contains(c.id())).count());
                candidates.removeIf(c -> ids.contains(c.id()));
                if (moved > 0) {
                    candidates.add(candidate(nextId++, moved, 0));
                }
                assertTrue(steps++ < 100, "round " + round + " does not end");
                chosen = policy.choose(candidates, live);
            }
            long stale = candidates.stream().mapToLong(Candidate::staleBytes).sum();
            long bound = Math.max(threshold, (long) (live * (ratio - 1)));
            assertTrue(stale <= bound, "round " + round + ": " + stale + " over " + bound);
        }
    }

    private static Candidate candidate(long id, long live, long stale) {
        return new Candidate(id, live, stale, 0, 0);
    }
}
