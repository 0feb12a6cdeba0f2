package io.kvs.concurrency;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.KvsOptions;
import io.kvs.engine.LogStore;
import io.kvs.io.RealDisk;
import io.kvs.testkit.StepBackground;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// No file is unmapped while somebody reads it. Readers are stopped inside by the clock, which they
/// ask whether the value has expired.
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class StoreReadersTest {
    private static final byte[] KEY = "key".getBytes(UTF_8);
    private static final byte[] OTHER = "other".getBytes(UTF_8);
    private static final byte[] VALUE = "value".getBytes(UTF_8);
    private static final long SHORT_MILLIS = 200;

    private final SlowClock clock = new SlowClock();
    private final StepBackground background = new StepBackground();

    @TempDir private Path directory;
    private LogStore store;

    @BeforeEach
    void open() {
        store =
                LogStore.open(
                        new RealDisk(directory),
                        KvsOptions.defaults(),
                        background,
                        new SplittableRandom(1),
                        clock);
        store.set(KEY, VALUE, Duration.ofHours(1));
        store.set(OTHER, KEY);
        store.set(OTHER, VALUE);
    }

    @AfterEach
    void close() {
        clock.release();
        store.close();
    }

    @Test
    void compact_somebodyReadsARecord_keepsItsFileUntilHeHasEnded() throws Exception {
        Set<String> before = logFiles();
        FutureTask<byte @Nullable []> get = startInside(() -> store.find(KEY));
        store.compact();
        background.runPeriod();
        assertTrue(logFiles().containsAll(before), () -> before + " of " + logFilesNow());
        clock.release();
        assertArrayEquals(VALUE, get.get());
        background.runPeriod();
        assertTrue(logFiles().stream().noneMatch(before::contains));
    }

    @Test
    void compact_somebodyReadsSeveral_keepsTheirFileUntilHeHasEnded() throws Exception {
        Set<String> before = logFiles();
        FutureTask<Integer> get = startInside(() -> store.getAll(List.of(KEY)).size());
        store.compact();
        assertTrue(logFiles().containsAll(before));
        clock.release();
        assertEquals(1, get.get());
        background.runPeriod();
        assertTrue(logFiles().stream().noneMatch(before::contains));
    }

    @Test
    void close_somebodyReads_returnsWhenHeHasEnded() throws Exception {
        FutureTask<byte @Nullable []> get = startInside(() -> store.find(KEY));
        FutureTask<Boolean> close =
                start(() -> {
                    store.close();
                    return get.isDone() || clock.isReleased();
                });
        assertThrows(TimeoutException.class, () -> close.get(SHORT_MILLIS, TimeUnit.MILLISECONDS));
        clock.release();
        assertArrayEquals(VALUE, get.get());
        assertTrue(close.get());
    }

    /// Starts a call on a thread of its own; returns when that is inside.
    private <T> FutureTask<T> startInside(Callable<T> call) throws InterruptedException {
        FutureTask<T> task =
                start(() -> {
                    clock.stopThisThread();
                    return call.call();
                });
        clock.awaitStopped();
        return task;
    }

    private static <T> FutureTask<T> start(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    private String logFilesNow() {
        try {
            return logFiles().toString();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private Set<String> logFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".log"))
                    .collect(Collectors.toSet());
        }
    }

    /// A clock that stands still, and makes one thread wait that asks it.
    private static final class SlowClock implements InstantSource {
        private final CountDownLatch stopped = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);
        private volatile @Nullable Thread slow;

        void stopThisThread() {
            slow = Thread.currentThread();
        }

        void awaitStopped() throws InterruptedException {
            stopped.await();
        }

        void release() {
            released.countDown();
        }

        boolean isReleased() {
            return released.getCount() == 0;
        }

        @Override
        public Instant instant() {
            if (Thread.currentThread().equals(slow)) {
                stopped.countDown();
                try {
                    released.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return Instant.EPOCH;
        }
    }
}
