package io.kvs.run;

import static io.kvs.run.RandomEntries.STORE;
import static io.kvs.run.RandomEntries.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.io.RealDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

            RunMerger.merge(disk, STORE, 1000, runs, random::rank, true);

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

        RunMerger.merge(disk, STORE, 10, runs, random::rank, false);
        RunMerger.merge(disk, STORE, 11, runs.subList(1, 3), random::rank, false);
        try (Run middle = Run.map(disk, STORE, 11)) {
            List<Run> rest = List.of(runs.get(3), middle, runs.get(0));
            RunMerger.merge(disk, STORE, 12, rest, random::rank, false);
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
    void merge_aPartTwice_isRefused() throws IOException {
        RandomEntries.write(disk, 1, List.of(new Covered(1, 64, 128, 0)), List.of());
        RandomEntries.write(disk, 2, List.of(new Covered(1, 120, 256, 0)), List.of());
        try (Run one = Run.open(disk, STORE, 1);
                Run other = Run.open(disk, STORE, 2)) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> RunMerger.merge(disk, STORE, 3, List.of(one, other), _ -> 0, false));
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
