package io.kvs.run;

import static io.kvs.run.RandomEntries.STORE;
import static io.kvs.run.RandomEntries.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.io.RealDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Several sources merged are all their entries sorted, without those that are gone.
final class MergedCursorTest {
    @TempDir private Path directory;

    @ParameterizedTest
    @CsvSource({
        "1,0,3",
        "1,1,3",
        "1,500,3",
        "2,500,2",
        "3,2000,3",
        "4,3000,14",
        "5,40,1",
        "7,3000,4",
        "8,3000,9",
        "9,2500,3"
    })
    void nextKey_runsAndOneListInMemory_givesTheModel(int sources, int records, int keyLengthMax)
            throws IOException {
        for (int seed = 0; seed < 5; seed++) {
            RandomRuns random = new RandomRuns(sources, records, keyLengthMax, seed);
            List<Run> runs = new ArrayList<>();
            for (int run : random.numbers().subList(1, sources)) {
                RealDisk disk = new RealDisk(directory);
                random.write(disk, run);
                runs.add(Run.map(disk, STORE, run));
            }
            NavigableMap<byte[], List<RunEntry>> model =
                    RandomEntries.byKey(random.surviving(random.numbers()));

            MergedCursor ascending = new MergedCursor(sources(random, runs), random::rank);
            assertRest(model, ascending);
            SplittableRandom seeks = new SplittableRandom(seed);
            for (int i = 0; i < 30; i++) {
                byte[] key = new byte[seeks.nextInt(keyLengthMax + 1)];
                for (int k = 0; k < key.length; k++) {
                    key[k] = (byte) (seeks.nextInt(5) - 2);
                }
                ascending.seek(key);
                assertRest(model.tailMap(key, true), ascending);
            }
            for (Run run : runs) {
                run.close();
            }
        }
    }

    @Test
    void nextKey_noSources_isFalse() throws IOException {
        MergedCursor cursor = new MergedCursor(List.of(), _ -> 0);
        cursor.seek(new byte[] {1});

        assertFalse(cursor.nextKey());
    }

    @Test
    void rank_manyEntries_isAskedOnceForEachSegmentOfASource() throws IOException {
        List<RunEntry> entries = RandomEntries.of(1000, 9, 1);
        List<Long> asked = new ArrayList<>();

        MergedCursor cursor =
                new MergedCursor(
                        List.of(new ListSource(entries)),
                        segment -> {
                            asked.add(segment);
                            return 0;
                        });
        while (cursor.nextKey()) {
            assertSame(cursor.key(), cursor.newest().key());
        }

        assertEquals(3, asked.size());
    }

    private static List<EntrySource> sources(RandomRuns random, List<Run> runs) {
        List<EntrySource> sources = new ArrayList<>();
        sources.add(new ListSource(random.entries(0)));
        runs.forEach(run -> sources.add(run.cursor()));
        return sources;
    }

    private static void assertRest(Map<byte[], List<RunEntry>> expected, MergedCursor cursor)
            throws IOException {
        for (Map.Entry<byte[], List<RunEntry>> entry : expected.entrySet()) {
            assertTrue(cursor.nextKey());
            assertArrayEquals(entry.getKey(), cursor.key());
            assertEquals(text(entry.getValue()), text(cursor.entries()));
            assertEquals(text(entry.getValue().getFirst()), text(cursor.newest()));
        }
        assertFalse(cursor.nextKey());
        assertFalse(cursor.nextKey());
    }
}
