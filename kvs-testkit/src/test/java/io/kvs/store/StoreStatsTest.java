package io.kvs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.Durability;
import io.kvs.KvsOptions;
import io.kvs.StoreStats;
import io.kvs.WriteBatch;
import io.kvs.engine.LogStore;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The figures of a store are exact.
final class StoreStatsTest {
    private static final int KEY_COUNT = 60;
    private static final int STEPS = 3_000;
    private static final int STEPS_BETWEEN_CHECKS = 150;

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private StepBackground background = new StepBackground();

    private LogStore open(KvsOptions options) {
        background = new StepBackground();
        return LogStore.open(disk, options, background, new SplittableRandom(1));
    }

    @AfterEach
    void discardDisk() {
        disk.discard();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void stats_afterRandomOperations_equalARecount(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        KvsOptions options =
                KvsOptions.defaults()
                        .withSegmentLimitBytes(8 << 10)
                        .withCompactionThresholdBytes(random.nextInt(16 << 10))
                        .withSkipIdenticalWrites(random.nextBoolean());
        LogStore store = open(options);
        for (int step = 1; step <= STEPS; step++) {
            change(store, random);
            if (step % STEPS_BETWEEN_CHECKS == 0) {
                assertExact(store, "seed " + seed + " step " + step);
                if (random.nextInt(4) == 0) {
                    long keys = store.size();
                    store.close(); // This may compact.
                    store = open(options);
                    assertExact(store, "seed " + seed + " after reopening at step " + step);
                    assertEquals(keys, store.size(), "seed " + seed);
                }
            }
        }
        store.close();
    }

    @Test
    void compaction_notAutomatic_happensOnlyWhenAskedFor() {
        LogStore store =
                open(
                        KvsOptions.defaults()
                                .withSegmentLimitBytes(8 << 10)
                                .withCompactionThresholdBytes(0)
                                .withAutomaticCompaction(false));
        for (int i = 0; i < STEPS; i++) {
            store.set("key " + i % KEY_COUNT, "value " + i);
        }
        long stale = store.stats().deadBytes();

        background.runPeriod();

        assertEquals(stale, store.stats().deadBytes());
        store.compact();
        assertEquals(0, store.stats().deadBytes());
        store.close();
    }

    private void assertExact(LogStore store, String when) throws IOException {
        Recount recount = Recount.of(disk);
        assertEquals(recount, Recount.of(store.stats()), when);
    }

    private void change(LogStore store, SplittableRandom random) {
        Durability durability = random.nextInt(4) == 0 ? Durability.SYNC : Durability.PROCESS;
        String key = "key " + random.nextInt(KEY_COUNT);
        int choice = random.nextInt(100);
        if (choice < 55) {
            store.set(bytes(key), new byte[random.nextInt(400)], durability);
        } else if (choice < 75) {
            if (store.get(key).isPresent()) {
                store.remove(bytes(key), durability);
            }
        } else if (choice < 90) {
            WriteBatch batch = new WriteBatch();
            for (int i = random.nextInt(6); i >= 0; i--) {
                String batched = "key " + random.nextInt(KEY_COUNT);
                if (random.nextBoolean()) {
                    batch.set(batched, "value " + random.nextInt(5));
                } else {
                    batch.remove(batched);
                }
            }
            store.write(batch, durability);
        } else if (choice < 98) {
            background.runOne(random);
        } else {
            store.compact();
        }
    }

    @Test
    void set_identicalValue_writesNothing() {
        try (LogStore store = open(KvsOptions.defaults())) {
            store.set("key", "value");
            StoreStats before = store.stats();

            store.set("key", "value");
            store.set("key", "value");

            StoreStats after = store.stats();
            assertEquals(before.writtenBytes(), after.writtenBytes());
            assertEquals(2, after.skippedWrites());
            assertEquals(0, after.deadBytes());
        }
    }

    @Test
    void set_identicalValueAndSkippingOff_writesItAgain() {
        try (LogStore store = open(KvsOptions.defaults().withSkipIdenticalWrites(false))) {
            store.set("key", "value");
            StoreStats before = store.stats();

            store.set("key", "value");

            StoreStats after = store.stats();
            assertTrue(after.writtenBytes() > before.writtenBytes());
            assertEquals(0, after.skippedWrites());
            assertEquals(after.liveBytes(), after.deadBytes());
        }
    }

    @Test
    void stats_newStore_areZero() {
        try (LogStore store = open(KvsOptions.defaults())) {
            StoreStats stats = store.stats();

            assertEquals(new Recount(0, 0, 0, 0), Recount.of(stats));
            assertEquals(0, stats.writtenBytes());
            assertEquals(1, stats.spaceAmplification());
        }
    }

    @Test
    void compact_everythingStale_leavesNothingToReclaim() {
        try (LogStore store = open(KvsOptions.defaults())) {
            for (int i = 0; i < 1_000; i++) {
                store.set("key " + i % 100, "value " + i);
            }
            store.remove("key 5");

            store.compact();

            StoreStats stats = store.stats();
            assertEquals(99, stats.keys());
            assertEquals(0, stats.reclaimableBytes());
            assertTrue(stats.compactedBytes() > 0);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
}
