package io.kvs.run;

import static io.kvs.run.RandomEntries.STORE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.io.RealDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which runs are merged, by their sizes.
final class MergePolicyTest {
    private static final long ENTRIES_MAX = 1_000;

    @TempDir private Path directory;
    private RealDisk disk;
    private final List<Run> runs = new ArrayList<>();

    @BeforeEach
    void openDisk() throws IOException {
        disk = new RealDisk(directory);
    }

    @AfterEach
    void closeRuns() {
        runs.forEach(Run::close);
    }

    @Test
    void choose_fourOfOneSize_whileWriting_mergesThem() throws IOException {
        runs(10, 10, 10, 10);

        assertEquals(List.of(10, 10, 10, 10), chosen(MergePolicy.WRITING));
    }

    @Test
    void choose_three_whileWriting_leavesThem() throws IOException {
        runs(10, 10, 10);

        assertEquals(List.of(), chosen(MergePolicy.WRITING));
        assertEquals(List.of(10, 10, 10), chosen(MergePolicy.QUIET));
    }

    @Test
    void choose_quiet_takesWhatIsUpToFourTimesAsLargeAsTheSmallerOnes() throws IOException {
        runs(200, 40, 10, 801);

        assertEquals(List.of(10, 40, 200), chosen(MergePolicy.QUIET));
    }

    @Test
    void choose_quiet_leavesWhatIsFarLarger() throws IOException {
        runs(10, 41);

        assertEquals(List.of(), chosen(MergePolicy.QUIET));
    }

    @Test
    void choose_scanned_takesFarLargerOnesToo() throws IOException {
        runs(10, 160, 40, 3400);

        assertEquals(List.of(10, 40, 160), chosen(MergePolicy.SCANNED));
    }

    @Test
    void choose_manyLargeOnes_staysWithinTheMostEntries() throws IOException {
        runs(400, 400, 400, 501);

        assertEquals(List.of(400, 400), chosen(MergePolicy.QUIET));
    }

    @Test
    void choose_mostOfOneGone_writesItAgainAlone() throws IOException {
        runs(10, 10, 10, 10);

        List<Run> chosen = MergePolicy.WRITING.choose(runs, ENTRIES_MAX, Set.of(3L)::contains);

        assertEquals(List.of(runs.get(2)), chosen);
    }

    @Test
    void choose_quietAgainAndAgain_writesAnEntryAFewTimesAndLeavesFewRuns() throws IOException {
        List<Integer> sizes = new ArrayList<>();
        long written = 0;
        for (int i = 0; i < 64; i++) {
            sizes.add(4);
            runs.forEach(Run::close);
            runs.clear();
            runs(sizes.stream().mapToInt(Integer::intValue).toArray());
            List<Integer> merged = chosen(MergePolicy.QUIET);
            if (!merged.isEmpty()) {
                merged.forEach(sizes::remove);
                sizes.add(merged.stream().mapToInt(Integer::intValue).sum());
                written += sizes.getLast();
            }
        }

        assertTrue(sizes.size() <= 4, () -> "runs of " + sizes);
        assertTrue(written <= 64 * 4 * 10, "written again: " + written);
    }

    private List<Integer> chosen(MergePolicy policy) {
        return policy.choose(runs, ENTRIES_MAX, segmentId -> false).stream()
                .map(run -> (int) run.entries())
                .toList();
    }

    /// Makes runs of so many entries, each of a segment of its own.
    private void runs(int... sizes) throws IOException {
        for (int size : sizes) {
            long id = runs.size() + 1L;
            try (RunWriter writer = new RunWriter(disk, STORE, id)) {
                for (int i : IntStream.range(0, size).toArray()) {
                    byte[] key = {(byte) (i >> 8), (byte) i};
                    writer.add(key, key.length, 0, 64 + 8L * i, 1, false, false);
                }
                writer.finish(List.of(new Covered(id, 64, 64 + 8L * size, 0)), false);
            }
            runs.add(Run.map(disk, STORE, id));
        }
    }
}
