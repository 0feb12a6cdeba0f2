package io.kvs.concurrency;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.Durability;
import io.kvs.KvsOptions;
import io.kvs.engine.LogStore;
import io.kvs.io.ThreadBackground;
import io.kvs.testkit.Crash;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Sixty-four threads wait for syncs while the power fails.
final class SyncedWritesTest {
    private static final int THREAD_COUNT = 64;
    private static final long SECONDS = 2;
    private static final KvsOptions OPTIONS =
            KvsOptions.defaults()
                    .withDurability(Durability.SYNC)
                    .withSegmentLimitBytes(32 << 10)
                    .withCompactionThresholdBytes(64 << 10);

    /// The power fails on copies of the disk, so that the threads go on meanwhile.
    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void set_powerCutAmidSixtyFourThreads_losesNothingAcknowledgedOrSeen() throws Exception {
        SimulatedDisk disk = new SimulatedDisk(1);
        AtomicBoolean done = new AtomicBoolean();
        AtomicIntegerArray acknowledged = new AtomicIntegerArray(THREAD_COUNT);
        try (LogStore store =
                        LogStore.open(
                                disk, OPTIONS, new ThreadBackground(), new SplittableRandom(1));
                ExecutorService threads = Executors.newFixedThreadPool(THREAD_COUNT)) {
            List<Future<?>> results = new ArrayList<>();
            for (int i = 0; i < THREAD_COUNT; i++) {
                int thread = i;
                results.add(threads.submit(() -> write(store, done, thread, acknowledged)));
            }
            try {
                long start = System.nanoTime();
                while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(SECONDS)) {
                    checkPowerCut(disk, acknowledged);
                }
            } finally {
                done.set(true);
            }
            for (Future<?> result : results) {
                result.get();
            }
            assertTrue(store.stats().syncs() > 0);
        }
        disk.discard();
    }

    private static void checkPowerCut(SimulatedDisk disk, AtomicIntegerArray acknowledged) {
        int[] least = new int[THREAD_COUNT];
        for (int i = 0; i < THREAD_COUNT; i++) {
            least[i] = acknowledged.get(i);
        }
        SimulatedDisk left = disk.copy().crash(Crash.powerCutLosingAll());
        try (LogStore store =
                LogStore.open(left, OPTIONS, new StepBackground(), new SplittableRandom(2))) {
            for (int i = 0; i < THREAD_COUNT; i++) {
                int number = number(store, i);
                assertTrue(
                        number >= least[i],
                        "thread " + i + " has " + number + ", acknowledged was " + least[i]);
                assertTrue(
                        number <= acknowledged.get(i) + 1,
                        "thread " + i + " has more than it wrote");
            }
        }
        left.discard();
    }

    private static void write(
            LogStore store, AtomicBoolean done, int thread, AtomicIntegerArray acknowledged) {
        SplittableRandom random = new SplittableRandom(thread);
        for (int number = 1; !done.get(); number++) {
            store.set(key(thread), value(number, random.nextInt(200)));
            acknowledged.accumulateAndGet(thread, number, Math::max);
            // What a reader has seen must not be taken back either.
            int other = random.nextInt(THREAD_COUNT);
            acknowledged.accumulateAndGet(other, number(store, other), Math::max);
        }
    }

    private static int number(LogStore store, int thread) {
        byte[] value = store.get(key(thread)).orElse(null);
        return value == null
                ? 0
                : Integer.parseInt(new String(value, StandardCharsets.UTF_8).strip());
    }

    private static byte[] key(int thread) {
        return ("thread " + thread).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] value(int number, int padding) {
        return (number + " ".repeat(padding)).getBytes(StandardCharsets.UTF_8);
    }
}
