package io.kvs.run;

import static io.kvs.run.RandomEntries.STORE;
import static io.kvs.run.RandomEntries.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.CorruptionException;
import io.kvs.format.FileNames;
import io.kvs.format.KeyHash;
import io.kvs.format.LittleEndian;
import io.kvs.io.RealDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What was written into a run is found in it, by key and in both directions, and nothing else.
final class RunTest {
    private static final long RUN = 12;

    @TempDir private Path directory;
    private RealDisk disk;

    @BeforeEach
    void openDisk() throws IOException {
        disk = new RealDisk(directory);
    }

    @ParameterizedTest
    @CsvSource({
        "0,9",
        "1,1",
        "1,9",
        "2,9",
        "15,9",
        "16,9",
        "17,9",
        "1000,7",
        "1000,60",
        "100000,40"
    })
    void find_presentAndAbsentKeys_givesTheirEntries(int count, int keyLengthMax)
            throws IOException {
        List<RunEntry> entries = RandomEntries.of(count, keyLengthMax, count);
        RandomEntries.write(disk, RUN, entries);

        assertFinds(entries, keyLengthMax);
    }

    @Test
    void find_keysUpToTheLongest_givesTheirEntries() throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        TreeMap<byte[], Long> keys = new TreeMap<>(Arrays::compareUnsigned);
        for (int i = 0; i < 200; i++) {
            byte[] key = new byte[i < 100 ? 65_536 : 1 + random.nextInt(65_536)];
            key[random.nextInt(key.length)] = (byte) random.nextInt(256);
            key[key.length - 1] = (byte) i;
            keys.put(key, 64 + 8L * i);
        }
        List<RunEntry> entries = new ArrayList<>();
        keys.forEach((key, offset) -> entries.add(new RunEntry(key, 1, offset, 5, false, false)));
        RandomEntries.write(disk, RUN, entries);

        try (Run run = Run.map(disk, STORE, RUN)) {
            assertTrue(run.levels() > 1, "blocks of pointers between root and entries");
        }
        assertFinds(entries, 65_536);
    }

    @Test
    void find_keyWithEntriesInManyBlocks_givesAllOfThem() throws IOException {
        List<RunEntry> entries = new ArrayList<>();
        entries.add(new RunEntry(new byte[] {1}, 1, 8, 0, false, true));
        for (int i = 0; i < 5_000; i++) {
            entries.add(new RunEntry(new byte[] {2, 1}, 2, 100_000 - 8 * i, i, false, i % 3 == 0));
        }
        entries.add(new RunEntry(new byte[] {3}, 1, 16, 0, true, false));
        RandomEntries.write(disk, RUN, entries);

        assertFinds(entries, 3);
    }

    @Test
    void findPlace_presentAndAbsentKeys_isRightAndSeldomUnknown() throws IOException {
        List<Covered> covered = List.of(new Covered(1, 64, 1 << 30, 0), new Covered(7, 64, 99, 0));
        int count = 600_000;
        try (RunWriter writer = new RunWriter(disk, STORE, RUN)) {
            for (int i = 0; i < count; i++) {
                writer.add(key(i), key(i).length, i & 1, offset(i), 0, false, false);
                writer.add(key(i), key(i).length, 0, 64, 0, true, false);
            }
            writer.finish(covered, false);
        }
        KeyHash hash = Run.hash(STORE);

        try (Run run = Run.map(disk, STORE, RUN)) {
            int unknown = 0;
            int wrong = 0;
            for (int i = 0; i < count; i++) {
                long place = run.findPlace(hash.of(key(i)));
                if (place == Run.UNKNOWN) {
                    unknown++;
                } else {
                    assertEquals((i & 1) == 0 ? 1 : 7, run.segmentIdAt(place));
                    assertEquals(offset(i), run.offsetAt(place));
                }
                wrong += run.findPlace(hash.of(key(count + i))) == Run.ABSENT ? 0 : 1;
            }
            assertTrue(unknown <= count / 4000, unknown + " unknown of " + count);
            assertTrue(wrong <= count / 4000, wrong + " wrong of " + count);
        }
    }

    @Test
    void findPlace_keysOfOneTagInOneLine_isUnknown() throws IOException {
        List<RunEntry> entries = new ArrayList<>();
        KeyHash hash = Run.hash(STORE);
        for (long i = 0; entries.size() < 2; i++) {
            byte[] key = new byte[Long.BYTES];
            LittleEndian.putLong(key, 0, Long.reverseBytes(i));
            if ((hash.of(key) & 0xFFFF) == 0x1234) {
                entries.add(new RunEntry(key, 1, 64 + 8 * i, 5, false, false));
            }
        }
        RandomEntries.write(disk, RUN, entries);

        try (Run run = Run.map(disk, STORE, RUN)) {
            for (RunEntry entry : entries) {
                assertEquals(Run.UNKNOWN, run.findPlace(hash.of(entry.key())));
            }
        }
        assertFinds(entries, 9);
    }

    /// Hashes that choose the last line go on behind it.
    @Test
    void findPlace_moreKeysThanTheLastLineHolds_findsAll() throws IOException {
        TreeMap<byte[], Long> keys = new TreeMap<>(Arrays::compareUnsigned);
        KeyHash hash = Run.hash(STORE);
        for (long i = 0; keys.size() < 75; i++) {
            byte[] key = new byte[Long.BYTES];
            LittleEndian.putLong(key, 0, i);
            if (hash.of(key) >>> 59 == 31) {
                keys.put(key, 64 + 8 * i);
            }
        }
        List<RunEntry> entries = new ArrayList<>();
        keys.forEach((key, at) -> entries.add(new RunEntry(key, 1, at, 5, false, false)));
        RandomEntries.write(disk, RUN, entries);

        try (Run run = Run.map(disk, STORE, RUN)) {
            for (RunEntry entry : entries) {
                long place = run.findPlace(hash.of(entry.key()));
                assertTrue(place == Run.UNKNOWN || run.offsetAt(place) == entry.offset());
            }
        }
        assertFinds(entries, 9);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 16, 17, 1_000, 30_000})
    void cursor_walksAndSeeks_standsWhereTheModelDoes(int count) throws IOException {
        List<RunEntry> entries = RandomEntries.of(count, 12, count);
        RandomEntries.write(disk, RUN, entries);
        try (Run run = Run.map(disk, STORE, RUN)) {
            RunCursor cursor = run.cursor();
            assertFalse(cursor.previous());
            for (RunEntry entry : entries) {
                assertTrue(cursor.next());
                assertEquals(text(entry), text(cursor.entry()));
            }
            assertFalse(cursor.next());
            assertFalse(cursor.next());
            for (RunEntry entry : entries.reversed()) {
                assertTrue(cursor.previous());
                assertEquals(text(entry), text(cursor.entry()));
            }
            assertFalse(cursor.previous());
            SplittableRandom random = new SplittableRandom(count);
            int at = 0;
            for (int step = 0; step < 100_000; step++) {
                int kind = random.nextInt(100);
                if (kind == 0) {
                    byte[] key = randomKey(random, 12);
                    cursor.seek(key);
                    at = firstAtOrAfter(entries, key);
                } else if (kind == 1 && count > 0) {
                    byte[] key = entries.get(random.nextInt(entries.size())).key();
                    cursor.seek(key);
                    at = firstAtOrAfter(entries, key);
                } else if (kind == 2) {
                    cursor.seekEnd();
                    at = entries.size();
                } else if (kind == 3) {
                    cursor.seek(new byte[0]);
                    at = 0;
                } else if (kind < 10 + 80 * (step / 1000 % 2)) {
                    assertEquals(at > 0, cursor.previous());
                    if (at > 0) {
                        assertEquals(text(entries.get(--at)), text(cursor.entry()));
                    }
                } else {
                    assertEquals(at < entries.size(), cursor.next());
                    if (at < entries.size()) {
                        assertEquals(text(entries.get(at++)), text(cursor.entry()));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 500, 20_000})
    void cursor_givenBackSomewhere_beginsAnew(int count) throws IOException {
        List<RunEntry> entries = RandomEntries.of(count, 9, 1);
        RandomEntries.write(disk, RUN, entries);
        SplittableRandom random = new SplittableRandom(count);
        try (Run run = Run.map(disk, STORE, RUN)) {
            for (int i = 0; i < 20; i++) {
                RunCursor used = run.cursor();
                used.seek(randomKey(random, 9));
                for (int steps = random.nextInt(100); steps > 0; steps--) {
                    used.next();
                }
                used.release();

                RunCursor cursor = run.cursor();
                assertSame(used, cursor);
                assertFalse(cursor.previous());
                for (RunEntry entry : entries.subList(0, Math.min(count, 1_000))) {
                    assertTrue(cursor.next());
                    assertEquals(text(entry), text(cursor.entry()));
                }
                assertNotSame(cursor, run.cursor(), "it is in use");
                cursor.release();
            }
        }
    }

    @Test
    void open_aRun_tellsWhatItCovers() throws IOException {
        List<RunEntry> entries = RandomEntries.of(500, 9, 1);
        List<Covered> covered =
                List.of(
                        new Covered(3, 64, 1L << 40, -5),
                        new Covered(1, 0, 1 << 20, 0),
                        new Covered(2, 0, 1 << 20, 1));
        RandomEntries.write(disk, RUN, covered, entries);

        try (Run run = Run.open(disk, STORE, RUN)) {
            assertEquals(RUN, run.id());
            assertEquals(covered, run.covered());
            assertEquals(entries.size(), run.entries());
            assertEquals(directory.resolve("0000000012.run").toFile().length(), run.bytes());
            assertEquals(directory.resolve("0000000012.run").toString(), run.path());
        }
    }

    @Test
    void open_runOfAnotherStoreOrId_isCorruption() throws IOException {
        RandomEntries.write(disk, RUN, RandomEntries.of(10, 9, 1));

        assertThrows(CorruptionException.class, () -> Run.open(disk, STORE + 1, RUN));
        disk.rename(FileNames.run(RUN), FileNames.run(RUN + 1));
        assertThrows(CorruptionException.class, () -> Run.map(disk, STORE, RUN + 1));
        assertThrows(NoSuchFileException.class, () -> Run.map(disk, STORE, RUN));
    }

    @Test
    void find_mappedRunThatWasClosed_isIllegalState() throws IOException {
        List<RunEntry> entries = RandomEntries.of(10, 9, 1);
        RandomEntries.write(disk, RUN, entries);
        Run run = Run.map(disk, STORE, RUN);
        RunCursor cursor = run.cursor();
        run.close();

        assertThrows(IllegalStateException.class, () -> run.find(entries.getFirst().key()));
        assertThrows(IllegalStateException.class, cursor::next);
        run.close();
    }

    @Test
    void write_notFinished_leavesNoRun() throws IOException {
        try (RunWriter writer = new RunWriter(disk, STORE, RUN)) {
            writer.add(new byte[] {1}, 1, 0, 64, 10, false, false);
        }

        assertEquals(List.of(), disk.list());
        RandomEntries.write(disk, RUN, RandomEntries.of(10, 9, 1));
        assertEquals(List.of(FileNames.run(RUN)), disk.list());
    }

    @Test
    void size_ofAnEntry_isThatOfItsRecord() {
        RunEntry entry = new RunEntry(new byte[3], 1, 64, 6, false, false);
        RunEntry expiring = new RunEntry(new byte[3], 1, 64, 6, false, true);

        assertEquals(24, entry.size(false));
        assertEquals(32, entry.size(true));
        assertEquals(32, expiring.size(false));
        assertEquals(40, expiring.size(true));
    }

    private void assertFinds(List<RunEntry> entries, int keyLengthMax) throws IOException {
        Map<byte[], List<RunEntry>> model = RandomEntries.byKey(entries);
        SplittableRandom random = new SplittableRandom(entries.size());
        List<byte[]> others = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            others.add(randomKey(random, keyLengthMax));
        }
        for (byte[] key : model.keySet()) {
            if (others.size() < 4_000) {
                others.add(Arrays.copyOf(key, key.length + 1));
                others.add(Arrays.copyOf(key, Math.max(1, key.length - 1)));
            }
        }
        KeyHash hash = Run.hash(STORE);
        try (Run mapped = Run.map(disk, STORE, RUN);
                Run plain = Run.open(disk, STORE, RUN)) {
            for (Map.Entry<byte[], List<RunEntry>> entry : model.entrySet()) {
                List<String> expected = text(entry.getValue());
                byte[] key = entry.getKey().clone();
                assertEquals(expected, text(mapped.find(key, hash.of(key))));
                assertEquals(expected, text(plain.find(key)));
            }
            for (byte[] key : others) {
                List<String> expected = text(model.getOrDefault(key, List.of()));
                assertEquals(expected, text(mapped.find(key)));
                assertEquals(expected, text(plain.find(key)));
            }
        }
    }

    private static long offset(int i) {
        return 128 + 64L * i;
    }

    private static byte[] key(int i) {
        return String.format("key %08d", i).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] randomKey(SplittableRandom random, int lengthMax) {
        byte[] key = new byte[1 + random.nextInt(Math.min(lengthMax, 100))];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (random.nextInt(6) - 3);
        }
        return key;
    }

    private static int firstAtOrAfter(List<RunEntry> entries, byte[] key) {
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int middle = low + high >>> 1;
            if (Arrays.compareUnsigned(entries.get(middle).key(), key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
