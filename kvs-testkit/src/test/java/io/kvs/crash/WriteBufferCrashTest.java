package io.kvs.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.Cursor;
import io.kvs.KeyNotFoundException;
import io.kvs.KvsOptions;
import io.kvs.Scan;
import io.kvs.WriteBatch;
import io.kvs.engine.LogStore;
import io.kvs.testkit.Crash;
import io.kvs.testkit.FaultKind;
import io.kvs.testkit.SimulatedCrash;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// A store with a write buffer dies at any call: it has the state of one moment, not before the
/// last flush, and after a power cut not before the last sync.
///
/// `-Dkvs.seed=N` repeats a run.
final class WriteBufferCrashTest {
    private static final int SEED_COUNT = 600;
    private static final int KEY_COUNT = 8;
    private static final int CALLS_MAX = 150;
    private static final int STEPS_MAX = 2_000;
    private static final KvsOptions OPTIONS =
            KvsOptions.defaults()
                    .withSegmentLimitBytes(8 << 10)
                    .withCompactionThresholdBytes(8 << 10)
                    .withWriteBuffer(1_500, Duration.ofSeconds(1));

    @Test
    void store_diesWithABuffer_hasTheStateOfAMomentSinceTheLastFlush() {
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

    private static final class Run {
        private final SplittableRandom random;
        private final SimulatedDisk disk;
        private final StepBackground background = new StepBackground();

        /// The states after each change, the last of which may not have happened.
        private final List<Map<String, String>> states = new ArrayList<>(List.of(Map.of()));

        private int flushed;
        private int synced;

        Run(long seed) {
            random = new SplittableRandom(seed);
            disk = new SimulatedDisk(random.nextLong());
            disk.useByOneThread();
        }

        void run() {
            LogStore store = LogStore.open(disk, OPTIONS, background, random);
            FaultKind kind = random.nextBoolean() ? FaultKind.CRASH_BEFORE : FaultKind.CRASH_AFTER;
            disk.failAt(disk.calls() + 1 + random.nextInt(CALLS_MAX), kind);
            try {
                int steps = random.nextInt(STEPS_MAX);
                for (int i = 0; i < steps; i++) {
                    step(store);
                }
            } catch (SimulatedCrash _) {
                // As planned.
            }
            boolean kill = random.nextBoolean();
            SimulatedDisk left = disk.crash(kill ? Crash.kill() : Crash.powerCut(random));
            abandon(store);
            check(left, kill ? flushed : synced);
            left.discard();
        }

        private void step(LogStore store) {
            String key = "key " + random.nextInt(KEY_COUNT);
            String value = states.size() + " ".repeat(random.nextInt(300));
            switch (random.nextInt(40)) {
                case 0 -> {
                    store.flush();
                    flushed = states.size() - 1;
                }
                case 1 -> {
                    store.sync();
                    flushed = states.size() - 1;
                    synced = flushed;
                }
                case 2 -> {
                    change(key, value);
                    states.getLast().put("other", value);
                    store.write(new WriteBatch().set(key, value).set("other", value));
                    flushed = states.size() - 1;
                }
                case 3 -> {
                    change(key, value);
                    byte[] present = store.get(bytes(key)).orElse(null);
                    assertTrue(store.compareAndSet(bytes(key), present, bytes(value)));
                    flushed = states.size() - 1;
                }
                case 4 -> background.run("buffer");
                case 5, 6 -> {
                    boolean _ = background.runOne(random);
                }
                case 7, 8, 9, 10 -> remove(store, key);
                default -> {
                    change(key, value);
                    store.set(key, value);
                }
            }
        }

        private void remove(LogStore store, String key) {
            boolean present = states.getLast().containsKey(key);
            change(key, "");
            states.getLast().remove(key);
            try {
                store.remove(key);
                assertTrue(present, "removed an absent key");
            } catch (KeyNotFoundException e) {
                assertTrue(!present, "did not remove a key");
            }
        }

        private void change(String key, String value) {
            Map<String, String> next = new TreeMap<>(states.getLast());
            next.put(key, value);
            states.add(next);
        }

        private static void abandon(LogStore store) {
            try {
                store.close();
            } catch (RuntimeException | SimulatedCrash _) {
                // Its disk is dead.
            }
        }

        private void check(SimulatedDisk left, int first) {
            try (LogStore store = LogStore.open(left, OPTIONS, new StepBackground(), random)) {
                Map<String, String> found = new TreeMap<>();
                try (Cursor cursor = store.scan(Scan.all())) {
                    while (cursor.next()) {
                        found.put(text(cursor.key()), text(cursor.value()));
                    }
                }
                int at = states.lastIndexOf(found);
                assertTrue(
                        at >= first,
                        "it has state " + at + " of " + states.size() + ", not " + first);
            }
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        private static String text(byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
