package io.kvs.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kvs.Durability;
import io.kvs.KvsOptions;
import io.kvs.StoreFailedException;
import io.kvs.engine.LogStore;
import io.kvs.testkit.Crash;
import io.kvs.testkit.FaultKind;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What a dead process has written and failed to sync: its pages count as clean, and are not on the
/// device. Whoever relies on a sync of the next process must find it there all the same.
final class InheritedTailTest {
    private static final int SEEDS = 40;

    @Test
    void sync_afterAFailedSyncInADeadProcess_makesAllDurable() {
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedDisk left = killedAfterAFailedSync(seed);
            LogStore store = open(left);
            store.set(bytes("synced"), bytes("value"), Durability.SYNC);

            checkHasAll(left.crash(Crash.powerCutLosingAll()));
        }
    }

    @Test
    void close_afterAFailedSyncInADeadProcess_makesAllDurable() {
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedDisk left = killedAfterAFailedSync(seed);
            open(left).close();

            checkHasAll(left.crash(Crash.powerCutLosingAll()));
        }
    }

    @Test
    void sync_afterTwoDeadProcesses_makesAllDurable() {
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedDisk left = killedAfterAFailedSync(seed);
            open(left).set("between", "value");
            left = left.crash(Crash.kill());
            open(left).sync();

            left = left.crash(Crash.powerCutLosingAll());
            assertEquals(Optional.of("value"), open(left.copy()).get("between"));
            checkHasAll(left);
        }
    }

    /// A mended tail is sealed at open, and counts as on stable storage from then on.
    @Test
    void open_flippedBitBehindAFailedSync_makesAllDurable() {
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedDisk left = killedAfterAFailedSync(seed);
            String segment =
                    left.names().stream().filter(n -> n.endsWith(".log")).findFirst().orElseThrow();
            left.flipBit(segment, 8 * 24);
            open(left);

            checkHasAll(left.crash(Crash.powerCutLosingAll()));
        }
    }

    private static SimulatedDisk killedAfterAFailedSync(int seed) {
        SimulatedDisk disk = new SimulatedDisk(seed);
        LogStore store = open(disk);
        store.sync();
        for (int i = 0; i < 10; i++) {
            store.set("key " + i, "value of so many bytes that some sectors are filled " + i);
        }
        disk.failAt(disk.calls() + 1, FaultKind.ONCE);
        assertThrows(StoreFailedException.class, store::sync);
        return disk.crash(Crash.kill());
    }

    private static void checkHasAll(SimulatedDisk left) {
        try (LogStore store = open(left)) {
            for (int i = 0; i < 10; i++) {
                assertEquals(
                        Optional.of("value of so many bytes that some sectors are filled " + i),
                        store.get("key " + i));
            }
        }
        left.discard();
    }

    private static LogStore open(SimulatedDisk disk) {
        return LogStore.open(
                disk, KvsOptions.defaults(), new StepBackground(), new SplittableRandom(1));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
