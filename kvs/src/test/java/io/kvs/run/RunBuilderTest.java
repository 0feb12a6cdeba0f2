package io.kvs.run;

import static io.kvs.run.RandomEntries.STORE;
import static io.kvs.run.RandomEntries.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.format.RecordHeader;
import io.kvs.io.RealDisk;
import io.kvs.segment.MemorySegments;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentWriter;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The runs of the parts of a segment list its records.
final class RunBuilderTest {
    private static final Comparator<RunEntry> ORDER =
            Comparator.comparing(RunEntry::key, Arrays::compareUnsigned)
                    .thenComparing(Comparator.comparingLong(RunEntry::offset).reversed());

    @TempDir private Path directory;
    private final Segment segment = MemorySegments.log(STORE, 5, 1 << 20);
    private final SegmentWriter writer = MemorySegments.writer(segment);
    private final SplittableRandom random = new SplittableRandom(1);
    private RealDisk disk;

    @BeforeEach
    void openDisk() throws IOException {
        disk = new RealDisk(directory);
    }

    @Test
    void build_twoPartsOfASegment_listTheirRecordsInOrder() throws IOException {
        List<RunEntry> first = append(1000);
        long middle = end(first);
        List<RunEntry> second = append(1500);
        long end = end(second);
        int checksum = Covered.checksum(segment, middle, end);

        assertTrue(RunBuilder.build(disk, STORE, 1, segment, new Covered(5, 64, middle, 0), true));
        Covered rest = new Covered(5, middle, end, checksum);
        assertTrue(RunBuilder.build(disk, STORE, 2, segment, rest, false));

        assertLists(first, 1, new Covered(5, 64, middle, 0));
        assertLists(second, 2, rest);
    }

    @Test
    void build_recordThatIsDamagedOrCutOff_isRefused() throws IOException {
        List<RunEntry> entries = append(100);
        long end = end(entries);
        assertFalse(build(end - 8), "a record that is not whole");
        assertFalse(build(end + 8), "nothing behind the last record");
        assertTrue(build(end));
        segment.memory().set(ValueLayout.JAVA_BYTE, entries.get(50).offset() + 5, (byte) 0x55);
        assertFalse(build(end), "a damaged header");
    }

    private boolean build(long to) throws IOException {
        return RunBuilder.build(disk, STORE, 1, segment, new Covered(5, 64, to, 0), false);
    }

    private List<RunEntry> append(int count) {
        List<RunEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] key = new byte[1 + random.nextInt(3)];
            key[0] = (byte) random.nextInt(256);
            boolean tombstone = random.nextInt(4) == 0;
            boolean expiring = !tombstone && random.nextInt(4) == 0;
            int valueLength = tombstone ? 0 : random.nextInt(100);
            long offset =
                    tombstone
                            ? writer.appendTombstone(key, 0)
                            : writer.appendValue(
                                    key,
                                    new byte[valueLength],
                                    expiring ? 1_000_000 + i : RecordHeader.NEVER,
                                    0);
            entries.add(new RunEntry(key, 5, offset, valueLength, tombstone, expiring));
        }
        return entries;
    }

    private static long end(List<RunEntry> entries) {
        return entries.getLast().offset() + entries.getLast().size(false);
    }

    private void assertLists(List<RunEntry> entries, long runId, Covered covered)
            throws IOException {
        List<RunEntry> found = new ArrayList<>();
        try (Run run = Run.open(disk, STORE, runId)) {
            assertEquals(List.of(covered), run.covered());
            RunCursor cursor = run.cursor();
            while (cursor.next()) {
                found.add(cursor.entry());
            }
        }
        assertEquals(text(entries.stream().sorted(ORDER).toList()), text(found));
    }
}
