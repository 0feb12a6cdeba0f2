package io.kvs.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.ChangeEvent;
import io.kvs.CompactionFailedException;
import io.kvs.KvsOptions;
import io.kvs.Scan;
import io.kvs.Snapshot;
import io.kvs.Version;
import io.kvs.WriteBatch;
import io.kvs.engine.LogStore;
import io.kvs.io.RealDisk;
import io.kvs.io.ThreadBackground;
import io.kvs.testkit.StepBackground;
import io.kvs.testkit.TestClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of expired values on the disk.
final class StoreExpiryTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int ROUNDS = 20;

    @TempDir private Path directory;

    private final TestClock clock = new TestClock();
    private final StepBackground background = new StepBackground();
    private final KvsOptions options =
            KvsOptions.defaults()
                    .withSegmentLimitBytes(16 << 10)
                    .withCompactionThresholdBytes(8 << 10);

    private LogStore open() {
        return LogStore.open(
                new RealDisk(directory), options, background, new SplittableRandom(1), clock);
    }

    /// The segment of the older value stays, because something else in it is damaged.
    @Test
    void compact_expiredValueHidesAnOlderOne_thatNeverComesBack() throws IOException {
        try (LogStore store = open()) {
            store.set("damaged", "~damaged value!");
            store.set("key", "older");
            fill(store, 0, 20);
            store.set("key", "newer", HOUR);
            fill(store, 20, 40);
        }
        damage("~damaged value!");
        try (LogStore store = open();
                Snapshot before = store.snapshot()) {
            clock.move(HOUR);
            assertThrows(CompactionFailedException.class, store::compact);
            assertEquals(Optional.empty(), store.get("key"));
            assertEquals(Optional.of("newer"), before.get("key"));
            clock.move(HOUR.negated());
            assertEquals(Optional.empty(), store.get("key"));
        }
        try (LogStore store = open()) {
            assertEquals(Optional.empty(), store.get("key"));
            assertEquals(41, store.size());
        }
    }

    /// A store is not written to any more, and shrinks nevertheless.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void background_everythingExpired_shrinks(boolean reopened) throws IOException {
        LogStore store = open();
        for (int i = 0; i < 500; i++) {
            store.set(bytes("key " + i), new byte[1000], Duration.ofMinutes(50 + i % 10));
        }
        store.set("stays", "value");
        background.runPeriod();
        if (reopened) {
            store.close();
            store = open();
        }
        long full = Directories.sizeBytes(directory);
        background.runPeriod();
        assertEquals(501, store.size());

        clock.move(Duration.ofMinutes(70));
        background.runPeriod();
        background.runPeriod();

        long left = Directories.sizeBytes(directory);
        assertTrue(left < full / 4, full + " bytes have become " + left);
        assertEquals(Optional.of("value"), store.get("stays"));
        store.close();
    }

    @Test
    void history_expiredValue_isARemovalAsAfterCompaction() {
        try (LogStore store = open()) {
            store.set("key", "older");
            store.set("key", "value", HOUR);
            List<Version> versions = store.history(bytes("key"));
            Instant expiry = clock.instant().plus(HOUR);
            assertEquals(expiry, versions.get(0).expiry());
            assertNull(versions.get(1).expiry());
            assertFalse(versions.get(0).isRemoval());

            clock.move(HOUR);

            List<Version> later = store.history(bytes("key"));
            assertEquals(new Version(versions.get(0).sequence(), null, null), later.get(0));
            assertEquals(versions.get(1), later.get(1));
            store.compact();
            assertEquals(List.of(), store.history(bytes("key")));
        }
    }

    @Test
    void changes_valueThatExpires_tellWhenAndAreARemovalThen() {
        try (LogStore store = open()) {
            List<ChangeEvent> told = new ArrayList<>();
            store.changes(0).subscribe(new Listener(told));
            store.set("a", "1", HOUR);
            store.set("b", "2");
            background.runPeriod();
            store.set("c", "3", HOUR);
            clock.move(HOUR);
            background.runPeriod();

            assertEquals(3, told.size());
            assertEquals(clock.instant(), told.get(0).expiry());
            assertArrayEquals(bytes("1"), told.get(0).value());
            assertNull(told.get(1).expiry());
            assertNull(told.get(2).value());
            assertNull(told.get(2).expiry());
        }
    }

    /// A key that only runs know is dropped while others look for it: whoever finds it in the
    /// segments that are about to leave must not keep it, nor count on them.
    @ParameterizedTest
    @ValueSource(longs = {0, 1 << 20})
    @Timeout(60)
    void compact_keysThatOnlyRunsKnow_expireWhileTheyAreReadAndWritten(long indexBudgetBytes)
            throws Exception {
        KvsOptions without = options.withIndexBudgetBytes(indexBudgetBytes);
        int keys = 2_000;
        try (LogStore store =
                LogStore.open(
                        new RealDisk(directory),
                        without,
                        new ThreadBackground(),
                        new SplittableRandom(1),
                        clock)) {
            AtomicBoolean ended = new AtomicBoolean();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<?> reading = threads.submit(() -> read(store, keys, ended));
                Future<?> writing = threads.submit(() -> write(store, keys, ended));
                for (int round = 0; round < ROUNDS; round++) {
                    clock.move(HOUR);
                    store.compact();
                }
                ended.set(true);
                reading.get();
                writing.get();
            }
            clock.move(HOUR);
            store.compact();
            assertEquals(store.count(Scan.all()), store.size());
        }
        try (LogStore store =
                LogStore.open(
                        new RealDisk(directory),
                        without,
                        new ThreadBackground(),
                        new SplittableRandom(1),
                        clock)) {
            assertEquals(store.count(Scan.all()), store.size());
        }
    }

    private static void read(LogStore store, int keys, AtomicBoolean ended) {
        SplittableRandom random = new SplittableRandom(2);
        while (!ended.get()) {
            store.get(bytes("key " + random.nextInt(keys)));
        }
    }

    private static void write(LogStore store, int keys, AtomicBoolean ended) {
        SplittableRandom random = new SplittableRandom(3);
        while (!ended.get()) {
            byte[] key = bytes("key " + random.nextInt(keys));
            switch (random.nextInt(4)) {
                case 0 -> store.write(new WriteBatch().remove(key));
                case 1 -> store.set(key, new byte[random.nextInt(100)]);
                default -> store.set(key, new byte[random.nextInt(100)], HOUR);
            }
        }
    }

    /// Takes every change.
    private record Listener(List<ChangeEvent> told) implements Flow.Subscriber<ChangeEvent> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ChangeEvent change) {
            told.add(change);
        }

        @Override
        public void onError(Throwable problem) {}

        @Override
        public void onComplete() {}
    }

    private static void fill(LogStore store, int from, int to) {
        for (int i = from; i < to; i++) {
            store.set(bytes("filler " + i), new byte[1000]);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void damage(String value) throws IOException {
        for (String name : Directories.names(directory, ".log")) {
            Path file = directory.resolve(name);
            int at = Directories.offsetOf(file, value);
            if (at >= 0) {
                Directories.damage(file, at + 10);
                return;
            }
        }
        throw new AssertionError("the value is in no segment");
    }
}
