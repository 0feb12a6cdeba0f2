package io.kvs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.Durability;
import io.kvs.KeyNotFoundException;
import io.kvs.KvsOptions;
import io.kvs.StoreFailedException;
import io.kvs.WriteBatch;
import io.kvs.engine.LogStore;
import io.kvs.testkit.Crash;
import io.kvs.testkit.FaultKind;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import io.kvs.testkit.Told;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Operations whose threads do not wait for stable storage.
final class DeferredAnswersTest {
    private static final KvsOptions OPTIONS =
            KvsOptions.defaults().withDurability(Durability.SYNC).withSegmentLimitBytes(64 << 10);

    private SimulatedDisk disk = new SimulatedDisk(1);
    private StepBackground background = new StepBackground();
    private LogStore store = open(OPTIONS);

    private LogStore open(KvsOptions options) {
        background = new StepBackground();
        LogStore opened = LogStore.open(disk, options, background, new SplittableRandom(1));
        opened.set("first", "value"); // So that there is a segment.
        background.runPeriod(); // And a spare one.
        return opened;
    }

    @AfterEach
    void closeStore() {
        store.close();
        disk.discard();
    }

    private Told defer(Supplier<?> operation) {
        Told told = new Told();
        assertTrue(store.defer(operation::get, false, told));
        return told;
    }

    private Told deferSet(String key, String value) {
        return defer(() -> {
            store.set(key, value);
            return "set";
        });
    }

    @Test
    void set_deferred_isToldWhenTheCommitterHasSynced() {
        Told told = deferSet("key", "value");

        assertFalse(told.isTold());
        background.run("commit");
        told.check();
        SimulatedDisk left = disk.copy().crash(Crash.powerCutLosingAll());
        try (LogStore after =
                LogStore.open(left, OPTIONS, new StepBackground(), new SplittableRandom(1))) {
            assertEquals(Optional.of("value"), after.get("key"));
        }
        left.discard();
    }

    @Test
    void set_manyDeferred_shareASync() {
        long before = store.stats().syncs();
        List<Told> told = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            told.add(deferSet("key " + i, "value"));
        }
        background.run("commit");

        told.forEach(Told::check);
        assertEquals(before + 1, store.stats().syncs());
    }

    @Test
    void set_otherDurability_isToldAtOnce() {
        Told told =
                defer(() -> {
                    store.set(bytes("key"), bytes("value"), Durability.PROCESS);
                    return "set";
                });

        told.check();
    }

    /// A reader must not learn what a power cut could take back, and must not wait either.
    @Test
    void get_ofADeferredSet_isToldTogetherWithIt() {
        Told set = deferSet("key", "value");
        Told get = defer(() -> store.get("key"));

        assertFalse(get.isTold());
        background.run("commit");
        set.check();
        get.check();
    }

    /// What is in the cache of values is found without a look at its record.
    @Test
    void get_ofADeferredSet_doesNotBringTheValueIntoTheCache() {
        store.close();
        store = open(OPTIONS.withValueCacheBytes(1 << 20));
        Told set = deferSet("key", "value");
        Told _ = defer(() -> store.get("key"));

        assertEquals(0, store.stats().valueCache().entries());
        Told again = defer(() -> store.get("key"));
        assertFalse(again.isTold());
        background.run("commit");
        set.check();
        again.check();
    }

    @Test
    void get_ofAKeyWhoseRemovalIsDeferred_isToldTogetherWithThat() {
        store.set("key", "value");
        Told removed =
                defer(() -> {
                    store.remove("key");
                    return "removed";
                });
        Told get = defer(() -> store.get("key"));

        assertFalse(removed.isTold());
        assertFalse(get.isTold());
        background.run("commit");
        removed.check();
        get.check();
        assertEquals(Optional.empty(), store.get("key"));
    }

    @Test
    void remove_absentKey_isToldAsAnError() {
        Told removed =
                defer(() -> {
                    store.remove("absent");
                    return "removed";
                });

        assertInstanceOf(KeyNotFoundException.class, removed.problem());
    }

    @Test
    void everyWrite_deferred_isToldByTheCommitter() {
        List<Told> told =
                List.of(
                        defer(() -> store.compareAndSet(bytes("a"), null, bytes("1"))),
                        defer(() -> store.add("a", 1)),
                        defer(() -> {
                            store.write(new WriteBatch().set("b", "B").remove("a"));
                            return "written";
                        }),
                        defer(() -> {
                            store.sync();
                            return "synced";
                        }));

        assertTrue(told.stream().noneMatch(Told::isTold));
        background.run("commit");
        told.forEach(Told::check);
        assertEquals(Optional.empty(), store.get("a"));
    }

    @Test
    void close_deferredAnswers_givesThem() {
        Told told = deferSet("key", "value");
        store.close();

        told.check();
    }

    @Test
    void sync_fails_failsAllThatWaitWithTheFirstCause() {
        Told first = deferSet("a", "value");
        Told second = deferSet("b", "value");
        disk.failAt(disk.calls() + 1, FaultKind.ONCE);
        background.run("commit");

        StoreFailedException problem =
                assertInstanceOf(StoreFailedException.class, first.problem());
        assertInstanceOf(StoreFailedException.class, second.problem());
        Told later = defer(() -> store.compareAndSet(bytes("c"), null, bytes("C")));
        assertInstanceOf(StoreFailedException.class, later.problem());
        assertSame(problem.getCause(), later.problem().getCause());
        store = reopenAfterFailure();
    }

    private LogStore reopenAfterFailure() {
        try {
            store.close();
        } catch (StoreFailedException _) {
            // As it must.
        }
        disk = disk.crash(Crash.kill());
        return open(OPTIONS);
    }

    /// Making a segment takes a while: whoever must not wait is told so, and has written nothing.
    @Test
    void set_segmentFullAndNoneReady_isRefusedAndWritesNothing() {
        byte[] value = new byte[8 << 10];
        int written = 0;
        while (tryToSet(bytes("key " + written), value)) {
            written++;
        }
        background.run("commit");

        assertTrue(written > 2, "only " + written);
        assertEquals(Optional.empty(), store.get("key " + written));
        Told told = new Told();
        byte[] last = bytes("key " + written);
        assertTrue(store.defer(() -> set(last, value), true, told));
        background.run("commit");
        told.check();
    }

    private boolean tryToSet(byte[] key, byte[] value) {
        return store.defer(() -> set(key, value), false, new Told());
    }

    private boolean set(byte[] key, byte[] value) {
        store.set(key, value);
        return true;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
