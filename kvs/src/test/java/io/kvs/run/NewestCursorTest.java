package io.kvs.run;

import static io.kvs.run.RandomEntries.STORE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.CorruptionException;
import io.kvs.format.FileNames;
import io.kvs.io.RealDisk;
import io.kvs.segment.MemorySegments;
import io.kvs.segment.Place;
import io.kvs.segment.Segment;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Of several sources merged, the newest entry of each key that is not in a segment that is gone.
final class NewestCursorTest {
    private static final int FETCHED = 7;

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
        "9,2500,3",
        "3,300,200"
    })
    void nextKey_runsAndOneListInMemory_givesTheModelInBothDirections(
            int sources, int records, int keyLengthMax) throws IOException {
        for (int seed = 0; seed < 5; seed++) {
            RandomRuns random = new RandomRuns(sources, records, keyLengthMax, seed);
            List<Run> runs = new ArrayList<>();
            for (int run : random.numbers().subList(1, sources)) {
                RealDisk disk = new RealDisk(directory);
                random.write(disk, run);
                runs.add(Run.map(disk, STORE, run));
            }
            NavigableMap<byte[], RunEntry> model = new TreeMap<>(Arrays::compareUnsigned);
            RandomEntries.byKey(random.surviving(random.numbers()))
                    .forEach((key, entries) -> model.put(key, entries.getFirst()));
            Map<Long, Segment> living = living(random);

            var merged = sources(random, runs);
            var ascending = NewestCursor.ascending(merged, segments(merged, living));
            merged = sources(random, runs);
            var descending = NewestCursor.descending(merged, segments(merged, living));
            descending.seekEnd();
            assertRest(model, ascending, living);
            assertRest(model.descendingMap(), descending, living);
            SplittableRandom seeks = new SplittableRandom(seed);
            for (int i = 0; i < 30; i++) {
                byte[] key = new byte[seeks.nextInt(keyLengthMax + 1)];
                for (int k = 0; k < key.length; k++) {
                    key[k] = (byte) (seeks.nextInt(5) - 2);
                }
                ascending.seek(key);
                descending.seek(key);
                assertRest(model.tailMap(key, true), ascending, living);
                assertRest(model.headMap(key, false).descendingMap(), descending, living);
            }
            for (Run run : runs) {
                run.close();
            }
        }
    }

    @Test
    void nextKey_noSources_isFalse() throws IOException {
        NewestCursor cursor = NewestCursor.descending(List.of(), List.of());
        cursor.seek(new byte[] {1});

        FetchedEntries entries = new FetchedEntries(1);
        assertFalse(cursor.nextKey(entries));
        cursor.seekEnd();
        assertFalse(cursor.nextKey(entries));
        assertEquals(0, entries.count());
    }

    @Test
    void nextKey_afterADamagedBlock_leavesNothingOut() throws IOException {
        List<RunEntry> entries = RandomEntries.of(3_000, 12, 1);
        RealDisk disk = new RealDisk(directory);
        RandomEntries.write(disk, 4, entries);
        int keys = RandomEntries.byKey(entries).size();
        Map<Long, Segment> living = new HashMap<>();
        entries.forEach(entry -> living.put(entry.segmentId(), segment(entry.segmentId(), 2)));
        Path file = directory.resolve(FileNames.run(4));
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw");
                Run run = Run.map(disk, STORE, 4)) {
            List<EntrySource> source = List.of(run.cursor());
            NewestCursor cursor = NewestCursor.ascending(source, segments(source, living));
            access.seek(9_000);
            int was = access.read();
            access.seek(9_000);
            access.write(was ^ 1);
            assertThrows(CorruptionException.class, () -> walk(cursor));
            access.seek(9_000);
            access.write(was);

            assertThrows(IllegalStateException.class, () -> cursor.nextKey(new FetchedEntries(1)));
            cursor.seek(new byte[0]);
            assertEquals(keys, walk(cursor));
        }
    }

    private static int walk(NewestCursor cursor) throws IOException {
        FetchedEntries entries = new FetchedEntries(1);
        int count = 0;
        while (cursor.nextKey(entries)) {
            entries.clear();
            count++;
        }
        return count;
    }

    private static Map<Long, Segment> living(RandomRuns random) {
        Map<Long, Segment> living = new HashMap<>();
        for (int run : random.numbers()) {
            for (Covered covered : random.covered(run)) {
                long rank = random.rank(covered.segmentId());
                if (rank != Ranks.GONE) {
                    living.computeIfAbsent(covered.segmentId(), id -> segment(id, rank));
                }
            }
        }
        return living;
    }

    private static Segment segment(long id, long rank) {
        return MemorySegments.ranked(id, rank);
    }

    private static List<EntrySource> sources(RandomRuns random, List<Run> runs) {
        List<EntrySource> sources = new ArrayList<>();
        sources.add(new ListSource(random.entries(0)));
        runs.forEach(run -> sources.add(run.cursor()));
        return sources;
    }

    private static List<LivingSegments> segments(
            List<EntrySource> sources, Map<Long, Segment> living) {
        List<LivingSegments> segments = new ArrayList<>();
        for (EntrySource source : sources) {
            long[] ids =
                    IntStream.range(0, source.segments()).mapToLong(source::segmentId).toArray();
            segments.add(LivingSegments.of(ids, living::get));
        }
        return segments;
    }

    private static void assertRest(
            Map<byte[], RunEntry> expected, NewestCursor cursor, Map<Long, Segment> living)
            throws IOException {
        FetchedEntries entries = new FetchedEntries(FETCHED);
        for (Map.Entry<byte[], RunEntry> next : expected.entrySet()) {
            if (entries.count() == FETCHED) {
                entries.clear();
            }
            assertTrue(cursor.nextKey(entries));
            int last = entries.count() - 1;
            assertArrayEquals(next.getKey(), entries.key(last));
            RunEntry entry = next.getValue();
            Segment segment = Objects.requireNonNull(living.get(entry.segmentId()));
            assertEquals(new Place(segment, entry.offset()), entries.place(last));
            assertEquals(entry.tombstone(), entries.isTombstone(last));
            assertEquals(entry.expiring(), entries.isExpiring(last));
        }
        entries.clear();
        assertFalse(cursor.nextKey(entries));
        assertFalse(cursor.nextKey(entries));
        assertEquals(0, entries.count());
    }
}
