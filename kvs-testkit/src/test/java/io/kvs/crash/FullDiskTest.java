package io.kvs.crash;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kvs.Durability;
import io.kvs.KvsEngine;
import io.kvs.KvsOptions;
import io.kvs.StoreIoException;
import io.kvs.engine.LogStore;
import io.kvs.testkit.Crash;
import io.kvs.testkit.ReferenceModel;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The disk becomes full: writes are refused, all else goes on, and when there is room again so do
/// writes.
final class FullDiskTest {
    private static final int SEED_COUNT = Integer.getInteger("kvs.fullDiskRuns", 200);
    private static final int KEY_LENGTH = 8;

    @Test
    void store_diskFull_readsRemovesCompactsAndGoesOn() {
        for (long seed = 0; seed < SEED_COUNT; seed++) {
            try {
                new Life(seed).run();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("SEED=" + seed + ": " + e, e);
            }
        }
    }

    private static final class Life {
        private final SplittableRandom random;
        private final SimulatedDisk disk;
        private final StepBackground background = new StepBackground();
        private final NavigableMap<byte[], byte[]> expected = ReferenceModel.newState();
        private final int valueLengthMax;
        private final LogStore store;

        Life(long seed) {
            this.random = new SplittableRandom(seed);
            this.disk = new SimulatedDisk(seed);
            this.valueLengthMax = 1 << 7 + random.nextInt(5);
            disk.limitCapacity((200 << 10) + random.nextInt(400 << 10));
            this.store = open(disk);
        }

        void run() {
            boolean refused = false;
            while (!refused) {
                refused = !set(randomBytes(KEY_LENGTH));
                background();
            }
            checkReads(store);

            List<byte[]> keys = List.copyOf(expected.keySet());
            for (byte[] key : keys.subList(0, keys.size() / 2)) {
                store.remove(key);
                expected.remove(key);
                background();
            }
            checkReads(store);
            store.compact();
            checkReads(store);

            disk.limitCapacity(Long.MAX_VALUE);
            for (int i = 0; i < 100; i++) {
                assertEquals(true, set(randomBytes(KEY_LENGTH)), "refused although there is room");
                background();
            }
            store.sync();
            checkLeft(Crash.kill());
            checkLeft(Crash.powerCutLosingAll());
            store.close();
            checkLeft(Crash.powerCutLosingAll());
            disk.discard();
        }

        private boolean set(byte[] key) {
            byte[] value = randomBytes(random.nextInt(valueLengthMax));
            try {
                store.set(
                        key, value, random.nextInt(10) == 0 ? Durability.SYNC : Durability.PROCESS);
                expected.put(key, value);
                return true;
            } catch (StoreIoException e) {
                return false;
            }
        }

        private void background() {
            if (random.nextInt(20) == 0) {
                background.runOne(random);
            }
        }

        private void checkLeft(Crash crash) {
            SimulatedDisk left = disk.copy().crash(crash);
            try (LogStore reopened = open(left)) {
                checkReads(reopened);
            }
            left.discard();
        }

        private void checkReads(KvsEngine engine) {
            assertEquals(expected.size(), engine.size());
            for (Map.Entry<byte[], byte[]> entry : expected.entrySet()) {
                Optional<byte[]> value = engine.get(entry.getKey());
                assertArrayEquals(entry.getValue(), value.orElse(null));
            }
        }

        private LogStore open(SimulatedDisk on) {
            KvsOptions options =
                    KvsOptions.defaults()
                            .withSegmentLimitBytes(32 << 10)
                            .withCompactionThresholdBytes(16 << 10);
            StepBackground steps = on == disk ? background : new StepBackground();
            return LogStore.open(on, options, steps, new SplittableRandom(1));
        }

        private byte[] randomBytes(int length) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            return bytes;
        }
    }
}
