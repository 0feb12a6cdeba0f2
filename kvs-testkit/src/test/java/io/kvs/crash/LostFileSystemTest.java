package io.kvs.crash;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.Durability;
import io.kvs.KvsOptions;
import io.kvs.WriteBatch;
import io.kvs.engine.LogStore;
import io.kvs.testkit.Crash;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// A file system that goes away under a running system takes the page cache with it, although the
/// boot id stays the same: what was not synced may be gone, and nothing else is wrong.
final class LostFileSystemTest {
    private static final long SEED = 1;
    private static final int SECTOR_BYTES = 512;
    private static final byte[] KEY = "key".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OLD = "old value".getBytes(StandardCharsets.UTF_8);

    /// The new value of a key was damaged after the file system was lost, although it had never
    /// been synced and its old value was intact. It was the reference to a blob: the sector that
    /// was lost held its last bytes, in which a single bit is set, so that its loss looked like a
    /// flipped bit. The last record of the log must not be taken for damaged on that account; what
    /// was synced before must be found.
    @Test
    void open_lostSectorHeldOneBit_findsTheOldValue() {
        byte[] counter = "counter\0\0\0\0\0\0\0\1".getBytes(StandardCharsets.UTF_8);
        int lost = 0;
        for (int before = 1; before < SECTOR_BYTES; before++) {
            SimulatedDisk disk = new SimulatedDisk(SEED);
            LogStore store = open(disk);
            store.set(KEY, OLD, Durability.SYNC);
            store.set(KEY, new byte[before]);
            store.set(KEY, counter, Durability.PROCESS);
            int units = disk.unsyncedUnits(SECTOR_BYTES);
            for (int unit = 0; unit < units; unit++) {
                Crash crash = Crash.powerCutKeepingAll().exceptUnit(unit);
                SimulatedDisk left = disk.copy().loseFileSystem(crash);
                try (LogStore next = open(left)) {
                    byte[] found = next.get(KEY).orElseThrow();
                    lost += found.length == counter.length ? 0 : 1;
                    assertTrue(
                            List.of(OLD.length, before, counter.length).contains(found.length),
                            "a value of " + found.length + " bytes");
                    assertEquals(List.of(), next.recovery().damage());
                }
                left.discard();
            }
            disk.discard();
        }
        assertTrue(lost > SECTOR_BYTES, "only " + lost + " of these losses took a record");
    }

    /// A write was gone, and a later one was there: the sector that was lost held the checksum and
    /// the key of the earlier record, whose header is the last word of the sector before. So it
    /// looked like one that a killed writer had not finished, and what follows was kept. But no
    /// writer leaves the end of a value without its beginning: the log ends before that record.
    @Test
    void open_lostSectorHeldChecksumAndKey_losesWhatFollowsToo() {
        byte[] large = new byte[3 * SECTOR_BYTES];
        Arrays.fill(large, (byte) 'l');
        WriteBatch batch = new WriteBatch().set(KEY, large).set("other", "batched");
        int lost = 0;
        for (int before = 1; before < SECTOR_BYTES; before += 8) {
            for (boolean batched : new boolean[] {false, true}) {
                SimulatedDisk disk = new SimulatedDisk(SEED);
                LogStore store = open(disk);
                store.set(KEY, new byte[before], Durability.SYNC);
                if (batched) {
                    store.write(batch);
                } else {
                    store.set(KEY, large);
                }
                store.set("after", "value");
                int units = disk.unsyncedUnits(SECTOR_BYTES);
                for (int unit = 0; unit < units; unit++) {
                    Crash crash = Crash.powerCutKeepingAll().exceptUnit(unit);
                    SimulatedDisk left = disk.copy().loseFileSystem(crash);
                    try (LogStore next = open(left)) {
                        boolean found = next.get(KEY).orElseThrow().length == large.length;
                        lost += found ? 0 : 1;
                        assertTrue(found || next.get("after").isEmpty(), "not the end was lost");
                        assertEquals(List.of(), next.recovery().damage());
                    }
                    left.discard();
                }
                disk.discard();
            }
        }
        assertTrue(lost > SECTOR_BYTES / 4, "only " + lost + " of these losses took a record");
    }

    /// If records lie behind it that came later, the sector was not lost: then it is one flipped
    /// bit, which costs one value, and not all that follows.
    @Test
    void open_onlyBitOfASectorFlippedInAKilledStore_keepsWhatFollows() {
        byte[] sparse = new byte[3 * SECTOR_BYTES];
        sparse[sparse.length / 2] = 1;
        SimulatedDisk disk = new SimulatedDisk(SEED);
        LogStore store = open(disk);
        store.set(KEY, sparse);
        store.set("after", "value");
        SimulatedDisk left = disk.crash(Crash.kill());
        String segment = left.names().stream().filter(n -> n.endsWith(".log")).findFirst().get();
        byte[] bytes = left.bytes(segment);
        int at = SECTOR_BYTES;
        while (bytes[at] != 1) {
            at++;
        }
        left.flipBit(segment, 8L * at);

        try (LogStore next = open(left)) {
            assertEquals(1, next.recovery().damage().size());
            assertArrayEquals(
                    "value".getBytes(StandardCharsets.UTF_8),
                    next.get("after".getBytes(StandardCharsets.UTF_8)).orElseThrow());
        }
    }

    private static LogStore open(SimulatedDisk disk) {
        return LogStore.open(
                disk, KvsOptions.defaults(), new StepBackground(), new SplittableRandom(SEED));
    }
}
