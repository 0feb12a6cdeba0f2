package io.kvs.run;

import static io.kvs.run.RandomEntries.STORE;
import static io.kvs.run.RandomEntries.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.CorruptionException;
import io.kvs.format.FileNames;
import io.kvs.io.Disk;
import io.kvs.io.RealDisk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A run of which a bit was flipped or the end is missing says what it said before, or that it is
/// damaged.
final class DamagedRunTest {
    private static final long RUN = 12;

    @TempDir private Path directory;
    private RealDisk disk;
    private Path file;
    private final NavigableMap<byte[], List<String>> expected =
            new TreeMap<>(Arrays::compareUnsigned);
    private List<String> texts = List.of();
    private final List<byte[]> absent = new ArrayList<>();

    @BeforeEach
    void openDisk() throws IOException {
        disk = new RealDisk(directory);
        file = directory.resolve(FileNames.run(RUN));
    }

    @Test
    void read_anyBitFlipped_isRightOrCorruption() throws IOException {
        writeSmall();
        RunTail tail = tail();
        long blocksEnd = blocksEnd(tail);
        byte[] bytes = Files.readAllBytes(file);
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            for (int bit = 0; bit < 8 * bytes.length; bit++) {
                int at = bit >>> 3;
                put(access, at, bytes[at] ^ 1 << (bit & 7));
                CorruptionException error = readAll(bit % 5 == 0);
                put(access, at, bytes[at]);
                if (at < blocksEnd || at >= tail.offset()) {
                    assertNotNull(error, "byte " + at);
                    assertEquals(file.toString(), error.file());
                    assertTrue(error.offset() <= at || at < 8, error.toString());
                } else {
                    assertNull(error, "the hash index does not decide, byte " + at);
                }
            }
        }
        assertNull(readAll(true));
    }

    @Test
    void open_cutAnywhere_isCorruption() throws IOException {
        writeSmall();
        long size = Files.size(file);
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            for (long length = size - 1; length >= 0; length--) {
                access.setLength(length);
                assertThrows(CorruptionException.class, () -> Run.map(disk, STORE, RUN).close());
                assertThrows(CorruptionException.class, () -> Run.open(disk, STORE, RUN).close());
            }
        }
    }

    @Test
    void find_cutAfterOpen_isRightOrCorruption() throws IOException {
        writeSmall();
        try (Run run = Run.open(disk, STORE, RUN);
                RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            for (long length = access.length(); length >= 0; length -= 13) {
                access.setLength(length);
                for (byte[] key : expected.keySet()) {
                    try {
                        assertEquals(expected.get(key), text(run.find(key)));
                    } catch (CorruptionException e) {
                        assertTrue(e.offset() <= access.length() + 8192, e.toString());
                    }
                }
            }
        }
    }

    /// Keys so long that the pointers to blocks do not fit into the root.
    @Test
    void read_someBitsOfARunWithMoreLevelsFlipped_isRightOrCorruption() throws IOException {
        List<RunEntry> entries = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            byte[] key = new byte[65_530];
            key[key.length - 2] = (byte) i;
            entries.add(new RunEntry(key, 1, 64 + 8L * i, i, false, false));
            absent.add(Arrays.copyOf(key, key.length - 1));
        }
        write(entries);
        try (Run run = Run.open(disk, STORE, RUN)) {
            assertTrue(run.levels() > 1);
        }
        RunTail tail = tail();
        long blocksEnd = blocksEnd(tail);
        byte[] bytes = Files.readAllBytes(file);
        SplittableRandom random = new SplittableRandom(1);
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            for (int i = 0; i < 400; i++) {
                int at = random.nextInt(i % 2 == 0 ? 0 : bytes.length * 3 / 4, bytes.length);
                put(access, at, bytes[at] ^ 1 << random.nextInt(8));
                CorruptionException error = readAll(i % 2 == 0);
                put(access, at, bytes[at]);
                if (at < blocksEnd || at >= tail.offset()) {
                    assertNotNull(error, "byte " + at);
                }
            }
        }
        assertNull(readAll(true));
    }

    /// Each block in the place of each other, and each line of the hash index.
    @Test
    void read_partsExchanged_isRightOrCorruption() throws IOException {
        writeSmall();
        byte[] bytes = Files.readAllBytes(file);
        for (int length : new int[] {64, 512}) {
            for (int one = 0; one + 2 * length <= bytes.length; one += length) {
                for (int other = one + length; other + length <= bytes.length; other += length) {
                    byte[] changed = bytes.clone();
                    System.arraycopy(bytes, one, changed, other, length);
                    System.arraycopy(bytes, other, changed, one, length);
                    Files.write(file, changed);
                    readAll(false);
                }
            }
        }
    }

    /// Blocks of one length change places, each whole with its checksum.
    @Test
    void read_blockInThePlaceOfAnother_isCorruption() throws IOException {
        List<RunEntry> entries = numbered(1_000);
        write(entries);
        byte[] bytes = Files.readAllBytes(file);
        byte[] changed = bytes.clone();
        BlockReader blocks = root();
        int last = -1;
        int lastLength = 0;
        int exchanged = 0;
        while (blocks.next()) {
            int offset = (int) blocks.second();
            int length = (int) blocks.third();
            if (last >= 0 && lastLength == length) {
                System.arraycopy(bytes, offset, changed, last, length);
                System.arraycopy(bytes, last, changed, offset, length);
                Files.write(file, changed);
                assertNotNull(readAll(false));
                changed = bytes.clone();
                exchanged++;
            }
            last = offset;
            lastLength = length;
        }
        assertTrue(exchanged > 3, "exchanged " + exchanged);
    }

    @Test
    void next_afterADamagedBlock_leavesNothingOut() throws IOException {
        List<RunEntry> entries = numbered(1_000);
        write(entries);
        BlockReader blocks = root();
        for (int i = 0; i < 3; i++) {
            assertTrue(blocks.next());
        }
        int at = (int) blocks.second() + 100;
        byte[] bytes = Files.readAllBytes(file);
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw");
                Run run = Run.map(disk, STORE, RUN)) {
            RunCursor cursor = run.cursor();
            MergedCursor merged = new MergedCursor(List.of(run.cursor()), _ -> 0);
            put(access, at, bytes[at] ^ 1);
            assertThrows(CorruptionException.class, () -> walk(cursor));
            assertThrows(CorruptionException.class, () -> walk(merged));
            put(access, at, bytes[at]);

            assertThrows(IllegalStateException.class, cursor::next);
            assertThrows(IllegalStateException.class, cursor::previous);
            assertThrows(IllegalStateException.class, merged::nextKey);
            cursor.seek(new byte[0]);
            merged.seek(new byte[0]);
            assertEquals(entries.size(), walk(cursor));
            assertEquals(entries.size(), walk(merged));
        }
    }

    private static int walk(RunCursor cursor) throws IOException {
        int count = 0;
        while (cursor.next()) {
            count++;
        }
        return count;
    }

    private static int walk(MergedCursor cursor) throws IOException {
        int count = 0;
        while (cursor.nextKey()) {
            count++;
        }
        return count;
    }

    private static List<RunEntry> numbered(int count) {
        List<RunEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] key = new byte[100];
            key[0] = (byte) (i >>> 7);
            key[1] = (byte) (i & 127);
            entries.add(new RunEntry(key, 1, (1L << 20) + 8L * i, 5, false, i % 3 == 0));
        }
        return entries;
    }

    /// Reads everything in every way; returns the last error.
    private @Nullable CorruptionException readAll(boolean mapped) throws IOException {
        CorruptionException error = null;
        try (Run run = mapped ? Run.map(disk, STORE, RUN) : Run.open(disk, STORE, RUN)) {
            for (Map.Entry<byte[], List<String>> entry : expected.entrySet()) {
                try {
                    assertEquals(entry.getValue(), text(run.find(entry.getKey())));
                } catch (CorruptionException e) {
                    error = e;
                }
            }
            for (byte[] key : absent) {
                try {
                    assertEquals(List.of(), run.find(key));
                } catch (CorruptionException e) {
                    error = e;
                }
            }
            RunCursor cursor = run.cursor();
            try {
                for (String entry : texts) {
                    assertTrue(cursor.next());
                    assertEquals(entry, text(cursor.entry()));
                }
                assertFalse(cursor.next());
            } catch (CorruptionException e) {
                error = e;
            }
            try {
                cursor.seekEnd();
                for (String entry : texts.reversed()) {
                    assertTrue(cursor.previous());
                    assertEquals(entry, text(cursor.entry()));
                }
                assertFalse(cursor.previous());
            } catch (CorruptionException e) {
                error = e;
            }
        } catch (CorruptionException e) {
            error = e;
        }
        return error;
    }

    private void writeSmall() throws IOException {
        List<RunEntry> entries = RandomEntries.of(25, 20, 1);
        for (RunEntry entry : entries.subList(0, 8)) {
            absent.add(Arrays.copyOf(entry.key(), entry.key().length + 1));
        }
        write(entries);
    }

    private void write(List<RunEntry> entries) throws IOException {
        RandomEntries.write(disk, RUN, entries);
        RandomEntries.byKey(entries).forEach((key, of) -> expected.put(key, text(of)));
        texts = text(entries);
    }

    private RunTail tail() throws IOException {
        try (RunBytes bytes =
                new RunBytes.Plain(
                        disk.open(FileNames.run(RUN), Disk.Access.READ), file.toString())) {
            return RunTail.read(bytes, file.toString(), STORE, RUN);
        }
    }

    private BlockReader root() throws IOException {
        BlockReader root = new BlockReader();
        RunTail tail = tail();
        assertTrue(root.open(tail.root(), 0, tail.root().length));
        return root;
    }

    /// Returns where the blocks end: zeros follow, up to the hash index.
    private long blocksEnd(RunTail tail) throws IOException {
        BlockReader root = root();
        assertTrue(root.last());
        long end = root.second() + root.third();
        assertTrue(end <= tail.indexOffset() && tail.indexOffset() - end < HashIndex.LINE_BYTES);
        return end;
    }

    private static void put(RandomAccessFile access, int at, int value) throws IOException {
        access.seek(at);
        access.write(value);
    }
}
