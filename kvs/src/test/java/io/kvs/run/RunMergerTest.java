package io.kvs.run;

import static io.kvs.run.RandomEntries.STORE;
import static io.kvs.run.RandomEntries.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.io.Pace;
import io.kvs.io.RealDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Merged runs list what the runs list.
final class RunMergerTest {
    @TempDir private Path directory;
    private RealDisk disk;

    @BeforeEach
    void openDisk() throws IOException {
        disk = new RealDisk(directory);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6, 9})
    void merge_randomRuns_listsWhatSurvivesInOrder(int count) throws IOException {
        for (int seed = 0; seed < 5; seed++) {
            RandomRuns random = new RandomRuns(count, 3000, 4, seed);
            List<Run> runs = new ArrayList<>();
            for (int run : random.numbers()) {
                random.write(disk, run);
                runs.add(Run.open(disk, STORE, run));
            }

            RunMerger.merge(disk, STORE, 1000, runs, random::rank, Pace.UNLIMITED, () -> false);

            try (Run merged = Run.map(disk, STORE, 1000)) {
                List<RunEntry> expected = random.surviving(random.numbers());
                assertEquals(text(expected), text(entries(merged)));
                assertEquals(expected.size(), merged.entries());
                for (Covered part : merged.covered()) {
                    assertTrue(random.rank(part.segmentId()) != Ranks.GONE);
                }
                assertEquals(
                        bytesBySegment(
                                random.numbers().stream()
                                        .flatMap(run -> random.covered(run).stream())
                                        .filter(part -> random.rank(part.segmentId()) != Ranks.GONE)
                                        .toList()),
                        bytesBySegment(merged.covered()));
                assertEquals(
                        merged.covered().stream().map(Covered::segmentId).distinct().count(),
                        merged.covered().size(),
                        "adjacent parts are one");
            }
            for (Run run : runs) {
                run.close();
            }
        }
    }

    @Test
    void merge_inTwoSteps_isTheSameAsInOne() throws IOException {
        RandomRuns random = new RandomRuns(4, 3000, 4, 7);
        List<Run> runs = new ArrayList<>();
        for (int run : random.numbers()) {
            random.write(disk, run);
            runs.add(Run.map(disk, STORE, run));
        }

        RunMerger.merge(disk, STORE, 10, runs, random::rank, Pace.UNLIMITED, () -> false);
        RunMerger.merge(
                disk, STORE, 11, runs.subList(1, 3), random::rank, Pace.UNLIMITED, () -> false);
        try (Run middle = Run.map(disk, STORE, 11)) {
            List<Run> rest = List.of(runs.get(3), middle, runs.get(0));
            RunMerger.merge(disk, STORE, 12, rest, random::rank, Pace.UNLIMITED, () -> false);
        }

        try (Run once = Run.map(disk, STORE, 10);
                Run twice = Run.map(disk, STORE, 12)) {
            assertEquals(once.covered(), twice.covered());
            assertEquals(text(entries(once)), text(entries(twice)));
        }
        for (Run run : runs) {
            run.close();
        }
    }

    @Test
    void merge_withAPace_pausesForWhatItWrites() throws IOException {
        List<Run> runs = List.of(write(1, 5_000), write(2, 5_000));
        AtomicLong now = new AtomicLong();
        Pace pace = new Pace(1_000_000, now::get, now::addAndGet, () -> false);

        RunMerger.merge(disk, STORE, 10, runs, segmentId -> segmentId, pace, () -> false);

        try (Run merged = Run.map(disk, STORE, 10)) {
            assertEquals(merged.bytes() / 1e6, now.get() / 1e9, 0.07);
            assertTrue(merged.bytes() > 128 << 10, merged.bytes() + " bytes");
        }
        for (Run run : runs) {
            run.close();
        }
    }

    @Test
    void merge_givenUp_leavesNothing() throws IOException {
        List<Run> runs = List.of(write(1, 5_000), write(2, 5_000));
        Set<String> before = Set.copyOf(disk.list());
        AtomicInteger asked = new AtomicInteger();

        assertFalse(
                RunMerger.merge(
                        disk,
                        STORE,
                        10,
                        runs,
                        segmentId -> segmentId,
                        Pace.UNLIMITED,
                        () -> asked.incrementAndGet() == 4));

        assertEquals(4, asked.get());
        assertEquals(before, Set.copyOf(disk.list()));
        for (Run run : runs) {
            run.close();
        }
    }

    /// Writes a run of a segment of its own.
    private Run write(int id, int keyCount) throws IOException {
        try (RunWriter writer = new RunWriter(disk, STORE, id)) {
            for (int i = 0; i < keyCount; i++) {
                byte[] key = "key %06d of %d".formatted(i, id).getBytes(ISO_8859_1);
                writer.add(key, key.length, 0, 64 + 128L * i, 100, false, false);
            }
            writer.finish(List.of(new Covered(id, 64, 64 + 128L * keyCount, 0)), false);
        }
        return Run.map(disk, STORE, id);
    }

    @Test
    void merge_aPartTwice_isRefused() throws IOException {
        RandomEntries.write(disk, 1, List.of(new Covered(1, 64, 128, 0)), List.of());
        RandomEntries.write(disk, 2, List.of(new Covered(1, 120, 256, 0)), List.of());
        try (Run one = Run.open(disk, STORE, 1);
                Run other = Run.open(disk, STORE, 2)) {
            assertThrows(
                    IllegalArgumentException.class,
                    () ->
                            RunMerger.merge(
                                    disk,
                                    STORE,
                                    3,
                                    List.of(one, other),
                                    _ -> 0,
                                    Pace.UNLIMITED,
                                    () -> false));
        }
        assertFalse(disk.list().contains("0000000003.run"));
    }

    private static Map<Long, Long> bytesBySegment(List<Covered> covered) {
        TreeMap<Long, Long> bytes = new TreeMap<>();
        covered.forEach(part -> bytes.merge(part.segmentId(), part.to() - part.from(), Long::sum));
        return bytes;
    }

    private static List<RunEntry> entries(Run run) throws IOException {
        List<RunEntry> entries = new ArrayList<>();
        RunCursor cursor = run.cursor();
        while (cursor.next()) {
            entries.add(cursor.entry());
        }
        return entries;
    }
}
