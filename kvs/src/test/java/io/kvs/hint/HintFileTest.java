package io.kvs.hint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.CorruptionException;
import io.kvs.format.FileNames;
import io.kvs.format.RecordHeader;
import io.kvs.io.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What was written into a hint file is read out of it, or an error is.
final class HintFileTest {
    private static final long STORE = 77;
    private static final long SEGMENT = 5;
    private static final long COVERED = 1 << 20;

    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 300, 20_000})
    void next_entriesOfEveryKind_areThoseWritten(int count) throws IOException {
        List<HintEntry> entries = entries(count, 40);
        write(entries);

        try (HintReader reader = open()) {
            assertEquals(COVERED, reader.covered());
            assertEquals(entries.size(), reader.entries());
            for (HintEntry expected : entries) {
                assertEntry(expected, reader.next());
            }
            assertNull(reader.next());
            assertNull(reader.next());
        }
    }

    @Test
    void next_longestKeys_areThoseWritten() throws IOException {
        List<HintEntry> entries = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            byte[] key = new byte[65_536];
            key[key.length - 1] = (byte) i;
            entries.add(entry(key, 64 + 8 * i, 100, false));
        }
        write(entries);

        try (HintReader reader = open()) {
            for (HintEntry expected : entries) {
                assertEntry(expected, reader.next());
            }
            assertNull(reader.next());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 300, 20_000})
    void bounds_fourParts_haveATenthEachAtLeast(int count) throws IOException {
        List<HintEntry> entries = entries(count, 40);
        write(entries);

        try (HintReader reader = open()) {
            List<byte[]> bounds = reader.bounds(4);

            int[] sizes = new int[bounds.size() + 1];
            for (HintEntry entry : entries) {
                int part = 0;
                while (part < bounds.size()
                        && Arrays.compareUnsigned(entry.key(), bounds.get(part)) >= 0) {
                    part++;
                }
                sizes[part]++;
            }
            assertEquals(count == 20_000 ? 4 : sizes.length, sizes.length);
            for (int size : sizes) {
                assertTrue(size >= count / 10, Arrays.toString(sizes));
            }
            assertEquals(count == 0, reader.next() == null);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 500, 5_000})
    void skipTowards_ascendingKeys_missesNone(int count) throws IOException {
        List<HintEntry> entries = entries(count, 12);
        write(entries);
        SplittableRandom random = new SplittableRandom(count);
        byte[] behindAll = new byte[20];
        Arrays.fill(behindAll, (byte) -1);
        for (int round = 0; round < 20; round++) {
            try (HintReader reader = open()) {
                int at = 0;
                HintEntry current = reader.next();
                while (at < entries.size()) {
                    at += random.nextInt(1 + entries.size() / 5);
                    byte[] wanted = at < entries.size() ? entries.get(at).key() : behindAll;
                    int first = firstAtOrAfter(entries, wanted);
                    if (current != null && Arrays.compareUnsigned(current.key(), wanted) < 0) {
                        reader.skipTowards(wanted);
                        current = reader.next();
                        while (current != null
                                && Arrays.compareUnsigned(current.key(), wanted) < 0) {
                            current = reader.next();
                        }
                    }
                    if (first < entries.size()) {
                        assertNotNull(current);
                        assertArrayEquals(entries.get(first).key(), current.key());
                    } else {
                        assertNull(current);
                    }
                    at++;
                }
            }
        }
    }

    @Test
    void skipTowards_keyWithManyEntries_findsTheFirst() throws IOException {
        List<HintEntry> entries = new ArrayList<>();
        entries.add(entry(new byte[] {1}, 8, 0, false));
        for (int i = 0; i < 5_000; i++) {
            entries.add(entry(new byte[] {2}, 100_000 - 8 * i, 0, false));
        }
        entries.add(entry(new byte[] {3}, 16, 0, false));
        write(entries);

        try (HintReader reader = open()) {
            reader.skipTowards(new byte[] {2});
            HintEntry entry = reader.next();
            while (entry != null && entry.key()[0] < 2) {
                entry = reader.next();
            }
            assertEntry(entries.get(1), entry);
        }
    }

    @Test
    void open_anyByteDamaged_isCorruptionOrTheSameEntries() throws IOException {
        List<HintEntry> entries = entries(400, 20);
        write(entries);
        Path file = directory.resolve(FileNames.hint(SEGMENT));
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < bytes.length; i += 3) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 0x10;
            Files.write(file, damaged);
            CorruptionException e =
                    assertThrows(CorruptionException.class, this::readAll, "byte " + i);
            assertEquals(file.toString(), e.file());
            assertTrue(e.offset() <= i, e.toString());
        }
    }

    @Test
    void open_cutAnywhere_isCorruption() throws IOException {
        write(entries(100, 20));
        Path file = directory.resolve(FileNames.hint(SEGMENT));
        byte[] bytes = Files.readAllBytes(file);
        for (int length = 0; length < bytes.length; length += 7) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertThrows(CorruptionException.class, this::readAll);
        }
    }

    @Test
    void open_fileOfAnotherSegmentOrStore_isCorruption() throws IOException {
        write(entries(10, 20));
        RealDisk disk = new RealDisk(directory);

        assertThrows(
                CorruptionException.class, () -> HintReader.open(disk, STORE + 1, SEGMENT, false));
        disk.rename(FileNames.hint(SEGMENT), FileNames.hint(SEGMENT + 1));
        assertThrows(
                CorruptionException.class, () -> HintReader.open(disk, STORE, SEGMENT + 1, false));
        assertThrows(NoSuchFileException.class, () -> HintReader.open(disk, STORE, SEGMENT, false));
    }

    @Test
    void write_notFinished_leavesNoHintFile() throws IOException {
        RealDisk disk = new RealDisk(directory);
        try (HintWriter writer = new HintWriter(disk, STORE, SEGMENT)) {
            writer.add(new byte[] {1}, 64, 10, false);
        }

        assertEquals(List.of(FileNames.temporary(FileNames.hint(SEGMENT))), disk.list());
        write(entries(3, 20));
        assertEquals(List.of(FileNames.hint(SEGMENT)), disk.list());
    }

    private void readAll() throws IOException {
        try (HintReader reader = open()) {
            HintEntry entry = reader.next();
            while (entry != null) {
                entry = reader.next();
            }
        }
    }

    private HintReader open() throws IOException {
        return HintReader.open(new RealDisk(directory), STORE, SEGMENT, false);
    }

    private void write(List<HintEntry> entries) throws IOException {
        try (HintWriter writer = new HintWriter(new RealDisk(directory), STORE, SEGMENT)) {
            for (HintEntry entry : entries) {
                writer.add(entry.key(), entry.offset(), entry.valueLength(), entry.tombstone());
            }
            writer.finish(COVERED);
        }
    }

    /// Returns `count` random entries in key order; some keys occur more than once.
    private static List<HintEntry> entries(int count, int keyLengthMax) {
        SplittableRandom random = new SplittableRandom(count);
        TreeSet<byte[]> keys = new TreeSet<>(Arrays::compareUnsigned);
        while (keys.size() < count) {
            byte[] key = new byte[1 + random.nextInt(keyLengthMax)];
            for (int i = 0; i < key.length; i++) {
                key[i] = (byte) (random.nextInt(5) - 2);
            }
            keys.add(key);
            if (keyLengthMax > 12 && random.nextInt(4) == 0) {
                byte[] longer = Arrays.copyOf(key, key.length + 1);
                keys.add(longer);
            }
        }
        List<HintEntry> entries = new ArrayList<>();
        for (byte[] key : keys) {
            for (int i = random.nextInt(4) == 0 ? 3 : 1; i > 0; i--) {
                boolean tombstone = random.nextInt(5) == 0;
                int valueLength = tombstone ? 0 : random.nextInt(1 << random.nextInt(29));
                entries.add(
                        entry(key, (long) random.nextInt(1 << 23) << 3, valueLength, tombstone));
            }
        }
        return entries;
    }

    private static HintEntry entry(byte[] key, long offset, int valueLength, boolean tombstone) {
        return new HintEntry(
                key, offset, valueLength, tombstone, RecordHeader.sizeOf(key.length, valueLength));
    }

    private static int firstAtOrAfter(List<HintEntry> entries, byte[] key) {
        int i = 0;
        while (i < entries.size() && Arrays.compareUnsigned(entries.get(i).key(), key) < 0) {
            i++;
        }
        return i;
    }

    private static void assertEntry(HintEntry expected, HintEntry found) {
        assertNotNull(found);
        assertArrayEquals(expected.key(), found.key());
        assertEquals(expected.offset(), found.offset());
        assertEquals(expected.valueLength(), found.valueLength());
        assertEquals(expected.tombstone(), found.tombstone());
        assertEquals(expected.size(), found.size());
    }
}
