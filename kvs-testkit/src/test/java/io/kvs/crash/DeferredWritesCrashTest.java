package io.kvs.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.Durability;
import io.kvs.KvsOptions;
import io.kvs.engine.LogStore;
import io.kvs.testkit.Crash;
import io.kvs.testkit.FaultKind;
import io.kvs.testkit.SimulatedCrash;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import io.kvs.testkit.Told;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// One thread keeps many durable writes in flight while the process dies at any call.
///
/// `-Dkvs.seed=N` repeats a run.
final class DeferredWritesCrashTest {
    private static final int SEED_COUNT = 400;
    private static final int KEY_COUNT = 5;
    private static final int CALLS_MAX = 120;
    private static final int WRITES_MAX = 2_000;
    private static final KvsOptions OPTIONS =
            KvsOptions.defaults()
                    .withDurability(Durability.SYNC)
                    .withSegmentLimitBytes(8 << 10)
                    .withCompactionThresholdBytes(8 << 10);

    @Test
    void set_deferredAndTold_survivesAPowerCut() {
        Long seed = Long.getLong("kvs.seed");
        if (seed != null) {
            run(seed);
            return;
        }
        for (long each = 0; each < SEED_COUNT; each++) {
            run(each);
        }
    }

    private static void run(long seed) {
        try {
            new Run(seed).run();
        } catch (Exception | Error e) {
            throw new AssertionError("SEED=" + seed + ": " + e, e);
        }
    }

    /// Writes the numbers 1, 2, 3, ... under a few keys in turn.
    private static final class Run {
        private final SplittableRandom random;
        private final SimulatedDisk disk;
        private final StepBackground background = new StepBackground();
        private final List<Told> told = new ArrayList<>();

        Run(long seed) {
            random = new SplittableRandom(seed);
            disk = new SimulatedDisk(random.nextLong());
            disk.useByOneThread();
        }

        void run() {
            LogStore store = LogStore.open(disk, OPTIONS, background, random);
            disk.failAt(disk.calls() + 1 + random.nextInt(CALLS_MAX), kind());
            try {
                while (told.size() < WRITES_MAX && !disk.isDead()) {
                    begin(store);
                    runBackground();
                }
            } catch (SimulatedCrash _) {
                // As planned.
            }
            int safe = lastTold();
            SimulatedDisk left = disk.crash(Crash.powerCut(random));
            abandon(store);
            check(left, safe);
            left.discard();
        }

        private FaultKind kind() {
            return random.nextBoolean() ? FaultKind.CRASH_BEFORE : FaultKind.CRASH_AFTER;
        }

        private void begin(LogStore store) {
            int number = told.size() + 1;
            Told outcome = new Told();
            told.add(outcome);
            store.defer(() -> set(store, number), true, outcome);
            if (outcome.problem() instanceof SimulatedCrash crash) {
                throw crash;
            }
        }

        private boolean set(LogStore store, int number) {
            store.set(key(number % KEY_COUNT), value(number, random.nextInt(400)));
            return true;
        }

        private void runBackground() {
            if (random.nextInt(8) == 0) {
                background.run("commit");
            } else if (random.nextInt(8) == 0) {
                background.runOne(random);
            }
        }

        /// Returns the last number whose write was told to be durable; all before it must be, too.
        private int lastTold() {
            int last = 0;
            for (int i = 0; i < told.size(); i++) {
                if (told.get(i).isTold() && told.get(i).problem() == null) {
                    assertTrue(last == i, "write " + (i + 1) + " was told before " + (last + 1));
                    last = i + 1;
                }
            }
            return last;
        }

        private static void abandon(LogStore store) {
            try {
                store.close();
            } catch (RuntimeException | SimulatedCrash _) {
                // Its disk is dead.
            }
        }

        private void check(SimulatedDisk left, int safe) {
            try (LogStore store = LogStore.open(left, OPTIONS, new StepBackground(), random)) {
                int last = 0;
                for (int i = 0; i < KEY_COUNT; i++) {
                    last = Math.max(last, number(store, i));
                }
                assertTrue(last >= safe, "the last write is " + last + ", told was " + safe);
                for (int i = 0; i < KEY_COUNT; i++) {
                    int expected = last - Math.floorMod(last - i, KEY_COUNT);
                    int found = number(store, i);
                    assertTrue(
                            found == Math.max(expected, 0),
                            "key " + i + " has " + found + ", the last write is " + last);
                }
            }
        }

        private static int number(LogStore store, int key) {
            return store.get(key(key))
                    .map(value ->
                            Integer.parseInt(new String(value, StandardCharsets.UTF_8).strip()))
                    .orElse(0);
        }

        private static byte[] key(int number) {
            return ("key " + number).getBytes(StandardCharsets.UTF_8);
        }

        private static byte[] value(int number, int padding) {
            return (number + " ".repeat(padding)).getBytes(StandardCharsets.UTF_8);
        }
    }
}
