package io.kvs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.Durability;
import io.kvs.KvsOptions;
import io.kvs.Scan;
import io.kvs.engine.LogStore;
import io.kvs.format.FileNames;
import io.kvs.io.DiskFile;
import io.kvs.testkit.ForwardingDisk;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A store that was compacted is one in which scans find what they want in few places. Nothing
/// happens in the background here.
final class CompactedOrderTest {
    private static final int KEYS = 5_000;
    private static final int SEGMENT_BYTES = 64 << 10;

    private final CountingDisk disk = new CountingDisk(new SimulatedDisk(1));
    private final LogStore store =
            LogStore.open(
                    disk,
                    KvsOptions.defaults()
                            .withSegmentLimitBytes(SEGMENT_BYTES)
                            .withAutomaticCompaction(false),
                    new StepBackground(),
                    new SplittableRandom(1));
    private final SplittableRandom random = new SplittableRandom(2);

    /// Counts the segments that are made.
    private static final class CountingDisk extends ForwardingDisk {
        private int segments;

        CountingDisk(SimulatedDisk disk) {
            super(disk);
        }

        @Override
        public DiskFile create(String name) throws IOException {
            segments += FileNames.isSegment(name) ? 1 : 0;
            return super.create(name);
        }
    }

    @AfterEach
    void close() {
        store.close();
    }

    /// Each time there is one more for each of two parts of the keys.
    @Test
    void compact_againAndAgain_leavesFewRuns() throws IOException {
        for (int i = 0; i < 4; i++) {
            write();
            store.compact();
        }

        int runs = runs().size();
        assertTrue(runs <= 4, () -> runs + " runs");
        assertEquals(4 * KEYS, store.count(Scan.all()));
    }

    /// With two parts of keys at a time there are two segments for each time that are not full.
    @Test
    void compact_manySegments_movesAllRecordsAtOnce() {
        write();
        disk.segments = 0;

        store.compact();

        int full = (int) (store.stats().liveBytes() / SEGMENT_BYTES);
        assertTrue(full > 8, () -> "no use with " + full);
        assertTrue(disk.segments <= full + 4, () -> disk.segments + " for what fills " + full);
    }

    private void write() {
        byte[] key = new byte[16];
        byte[] value = new byte[100];
        for (int i = 0; i < KEYS; i++) {
            random.nextBytes(key);
            store.set(key, value, Durability.PROCESS);
        }
    }

    private List<String> runs() throws IOException {
        return disk.list().stream().filter(name -> name.endsWith(".run")).toList();
    }
}
