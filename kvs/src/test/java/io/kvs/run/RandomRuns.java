package io.kvs.run;

import io.kvs.io.Disk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Random records in segments with random ranks, some of them gone, and runs that list them.
final class RandomRuns {
    static final int SEGMENTS = 9;

    private static final long PART_BYTES = 1 << 10;
    private static final int PARTS = 3;

    /// By segment id, from 1.
    private final long[] ranks = new long[SEGMENTS + 1];

    private final boolean[] gone = new boolean[SEGMENTS + 1];
    private final List<List<RunEntry>> entriesByRun = new ArrayList<>();
    private final List<List<Covered>> coveredByRun = new ArrayList<>();

    RandomRuns(int runs, int records, int keyLengthMax, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int segment = 1; segment <= SEGMENTS; segment++) {
            ranks[segment] = random.nextInt(5);
            gone[segment] = random.nextInt(4) == 0;
        }
        for (int run = 0; run < runs; run++) {
            entriesByRun.add(new ArrayList<>());
            coveredByRun.add(new ArrayList<>());
        }
        int[][] runOfPart = new int[SEGMENTS + 1][PARTS];
        for (int segment = 1; segment <= SEGMENTS; segment++) {
            for (int part = 0; part < PARTS; part++) {
                int run = random.nextInt(runs);
                runOfPart[segment][part] = run;
                long from = 64 + part * PART_BYTES;
                coveredByRun.get(run).add(new Covered(segment, from, from + PART_BYTES, 0));
            }
        }
        int[] places =
                random.ints(0, SEGMENTS * PARTS * (int) PART_BYTES / 8)
                        .distinct()
                        .limit(records)
                        .toArray();
        for (int place : places) {
            int segment = 1 + place % SEGMENTS;
            long offset = 64 + 8L * (place / SEGMENTS);
            int part = (int) ((offset - 64) / PART_BYTES);
            byte[] key = new byte[1 + random.nextInt(keyLengthMax)];
            for (int i = 0; i < key.length; i++) {
                key[i] = (byte) (random.nextInt(5) - 2);
            }
            boolean tombstone = random.nextInt(4) == 0;
            boolean expiring = !tombstone && random.nextInt(4) == 0;
            int valueLength = tombstone ? 0 : random.nextInt(1000);
            entriesByRun
                    .get(runOfPart[segment][part])
                    .add(new RunEntry(key, segment, offset, valueLength, tombstone, expiring));
        }
        entriesByRun.forEach(entries -> entries.sort(order()));
    }

    /// Returns the entries of a run in order.
    List<RunEntry> entries(int run) {
        return entriesByRun.get(run);
    }

    /// Returns those in segments that are still there, of all these runs, in order.
    List<RunEntry> surviving(List<Integer> runs) {
        return runs.stream()
                .flatMap(run -> entriesByRun.get(run).stream())
                .filter(entry -> !gone[(int) entry.segmentId()])
                .sorted(order())
                .toList();
    }

    /// Returns the rank of a segment.
    long rank(long segmentId) {
        return gone[(int) segmentId] ? Ranks.GONE : ranks[(int) segmentId];
    }

    /// Returns the numbers of all runs.
    List<Integer> numbers() {
        return IntStream.range(0, entriesByRun.size()).boxed().toList();
    }

    /// Writes a run under its number as id.
    void write(Disk disk, int run) throws IOException {
        List<Covered> covered = coveredByRun.get(run);
        try (RunWriter writer = new RunWriter(disk, RandomEntries.STORE, run)) {
            for (RunEntry entry : entriesByRun.get(run)) {
                int index = 0;
                while (covered.get(index).segmentId() != entry.segmentId()
                        || entry.offset() < covered.get(index).from()
                        || entry.offset() >= covered.get(index).to()) {
                    index++;
                }
                writer.add(
                        entry.key(),
                        entry.key().length,
                        index,
                        entry.offset(),
                        entry.valueLength(),
                        entry.tombstone(),
                        entry.expiring());
            }
            writer.finish(covered, false);
        }
    }

    /// Returns what a run covers.
    List<Covered> covered(int run) {
        return coveredByRun.get(run);
    }

    /// The order that is specified: keys ascending, the newest first.
    private Comparator<RunEntry> order() {
        return Comparator.comparing(RunEntry::key, Arrays::compareUnsigned)
                .thenComparing(
                        Comparator.comparingLong((RunEntry entry) -> ranks[(int) entry.segmentId()])
                                .thenComparingLong(RunEntry::segmentId)
                                .thenComparingLong(RunEntry::offset)
                                .reversed());
    }
}
