package io.kvs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.Durability;
import io.kvs.KvStore;
import io.kvs.KvsOptions;
import io.kvs.WriteBatch;
import io.kvs.engine.LogStore;
import io.kvs.testkit.Crash;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an acknowledged write survives.
final class StoreDurabilityTest {
    private SimulatedDisk disk = new SimulatedDisk(1);
    private StepBackground background = new StepBackground();

    private LogStore open() {
        background = new StepBackground();
        return LogStore.open(disk, KvsOptions.defaults(), background, new SplittableRandom(1));
    }

    private LogStore openAfter(Crash crash) {
        disk = disk.crash(crash);
        return open();
    }

    @AfterEach
    void discardDisk() {
        disk.discard();
    }

    @Test
    void set_process_survivesAKill() {
        LogStore store = open();
        store.set("key", "value");

        assertEquals(Optional.of("value"), openAfter(Crash.kill()).get("key"));
    }

    @Test
    void set_sync_survivesAPowerCutWithAllBeforeIt() {
        LogStore store = open();
        store.set("before", "value");
        store.set(bytes("synced"), bytes("value"), Durability.SYNC);
        store.set("after", "value");

        LogStore next = openAfter(Crash.powerCutLosingAll());

        assertEquals(Optional.of("value"), next.get("before"));
        assertEquals(Optional.of("value"), next.get("synced"));
        assertEquals(Optional.empty(), next.get("after"));
        assertEquals(2, next.size());
    }

    @Test
    void remove_sync_survivesAPowerCut() {
        LogStore store = open();
        store.set(bytes("key"), bytes("value"), Durability.SYNC);
        store.remove(bytes("key"), Durability.SYNC);

        assertEquals(Optional.empty(), openAfter(Crash.powerCutLosingAll()).get("key"));
    }

    @Test
    void write_sync_survivesAPowerCutWhole() {
        LogStore store = open();
        store.set("removed", "value");
        WriteBatch batch = new WriteBatch().set("a", "1").remove("removed").set("b", "2");
        store.write(batch, Durability.SYNC);

        LogStore next = openAfter(Crash.powerCutLosingAll());

        assertEquals(Optional.of("1"), next.get("a"));
        assertEquals(Optional.of("2"), next.get("b"));
        assertEquals(Optional.empty(), next.get("removed"));
    }

    @Test
    void setSync_valueThatIsThereButNotSynced_makesItDurable() {
        LogStore store = open();
        store.set("key", "value");
        store.set(bytes("key"), bytes("value"), Durability.SYNC);
        assertEquals(1, store.stats().skippedWrites());

        assertEquals(Optional.of("value"), openAfter(Crash.powerCutLosingAll()).get("key"));
    }

    @Test
    void sync_afterWrites_makesThemDurable() {
        LogStore store = open();
        store.set("key", "value");
        store.sync();

        assertEquals(Optional.of("value"), openAfter(Crash.powerCutLosingAll()).get("key"));
    }

    @Test
    void background_afterAPeriod_hasMadeWritesDurable() {
        LogStore store = open();
        store.set("key", "value");
        background.runPeriod();

        assertEquals(Optional.of("value"), openAfter(Crash.powerCutLosingAll()).get("key"));
    }

    @Test
    void close_afterWrites_makesThemDurable() {
        try (LogStore store = open()) {
            store.set("key", "value");
        }

        assertEquals(Optional.of("value"), openAfter(Crash.powerCutLosingAll()).get("key"));
    }

    @Test
    void set_defaultOfTheStoreIsSync_survivesAPowerCut() {
        LogStore store =
                LogStore.open(
                        disk,
                        KvsOptions.defaults().withDurability(Durability.SYNC),
                        background,
                        new SplittableRandom(1));
        store.set("key", "value");

        assertEquals(Optional.of("value"), openAfter(Crash.powerCutLosingAll()).get("key"));
    }

    @Test
    void setSync_sixteenThreads_shareSyncs(@TempDir Path directory) throws Exception {
        int threadCount = 16;
        int writesEach = 40;
        try (KvStore store = KvStore.open(directory);
                ExecutorService threads = Executors.newFixedThreadPool(threadCount)) {
            List<Future<?>> results = new ArrayList<>();
            for (int t = 0; t < threadCount; t++) {
                int thread = t;
                results.add(
                        threads.submit(() -> {
                            for (int i = 0; i < writesEach; i++) {
                                byte[] key = bytes("key " + thread + " " + i);
                                store.set(key, bytes("value"), Durability.SYNC);
                            }
                        }));
            }
            for (Future<?> result : results) {
                result.get();
            }

            long writeCount = (long) threadCount * writesEach;
            long syncs = store.stats().syncs();
            assertTrue(syncs < writeCount / 2, syncs + " syncs");
            assertEquals(writeCount, store.size());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
