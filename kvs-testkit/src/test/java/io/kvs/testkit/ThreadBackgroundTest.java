package io.kvs.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.io.Background;
import io.kvs.io.ThreadBackground;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ThreadBackgroundTest {
    private static final Duration NEVER = Duration.ofDays(1);

    private final ThreadBackground background = new ThreadBackground();
    private final BlockingQueue<Thread> steps = new LinkedBlockingQueue<>();

    @Test
    void runAll_tasks_runAtOnce() throws IOException {
        CountDownLatch both = new CountDownLatch(2);
        Background.Task task =
                () -> {
                    both.countDown();
                    await(both);
                };

        background.runAll(List.of(task, task));

        assertEquals(0, both.getCount());
    }

    @Test
    void runAll_taskFails_throwsWhenAllHaveEnded() {
        AtomicBoolean ended = new AtomicBoolean();
        Background.Task failing =
                () -> {
                    throw new IOException("one");
                };
        Background.Task slow =
                () -> {
                    LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                    ended.set(true);
                };

        IOException first =
                assertThrows(IOException.class, () -> background.runAll(List.of(failing, slow)));
        assertEquals("one", first.getMessage());
        assertTrue(ended.get());
        IOException other =
                assertThrows(IOException.class, () -> background.runAll(List.of(slow, failing)));
        assertEquals("one", other.getMessage());
    }

    @Test
    void wake_runsAStepOnADaemonThread() throws InterruptedException {
        try (Background.Worker worker = background.start("sync", NEVER, this::step)) {
            worker.wake();
            Thread thread = steps.take();

            assertEquals("kvs-sync", thread.getName());
            assertTrue(thread.isDaemon());
            worker.wake();
            assertEquals(thread, steps.take());
        }
    }

    @Test
    void wake_duringAStep_makesAnother() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger count = new AtomicInteger();
        Runnable step =
                () -> {
                    inside.countDown();
                    await(goOn);
                    count.incrementAndGet();
                    step();
                };
        try (Background.Worker worker = background.start("w", NEVER, step)) {
            worker.wake();
            inside.await();
            worker.wake();
            worker.wake();
            goOn.countDown();
            steps.take();
            steps.take();
        }
        assertEquals(2, count.get());
    }

    @Test
    void period_runsStepsWithoutWake() throws InterruptedException {
        try (Background.Worker _ = background.start("w", Duration.ofMillis(1), this::step)) {
            steps.take();
            steps.take();
        }
    }

    @Test
    void period_notPositive_isRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> background.start("w", Duration.ZERO, this::step));
    }

    @Test
    void close_waitsForTheStepWithoutInterruptingIt() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        Background.Worker worker =
                background.start(
                        "w",
                        NEVER,
                        () -> {
                            inside.countDown();
                            await(goOn);
                            ended.set(!Thread.currentThread().isInterrupted());
                        });
        worker.wake();
        inside.await();
        Thread closing = Thread.ofPlatform().start(worker::close);
        assertFalse(closing.join(Duration.ofMillis(20)));

        goOn.countDown();
        closing.join();

        assertTrue(ended.get());
        worker.wake();
        worker.close();
        assertEquals(0, steps.size());
    }

    @Test
    void close_byAnInterruptedThread_waitsAndStaysInterrupted() {
        Background.Worker worker = background.start("w", NEVER, this::step);
        Thread.currentThread().interrupt();

        worker.close();

        assertTrue(Thread.interrupted());
    }

    @Test
    void step_thatThrows_isReportedAndTheWorkerGoesOn() throws InterruptedException {
        BlockingQueue<Throwable> reported = new LinkedBlockingQueue<>();
        AtomicInteger count = new AtomicInteger();
        Runnable step =
                () -> {
                    Thread.currentThread().setUncaughtExceptionHandler((_, e) -> reported.add(e));
                    step();
                    if (count.getAndIncrement() == 0) {
                        throw new IllegalStateException("unexpected");
                    }
                };
        try (Background.Worker worker = background.start("w", NEVER, step)) {
            worker.wake();
            assertEquals("unexpected", reported.take().getMessage());
            steps.take();
            worker.wake();
            steps.take();
        }
    }

    private void step() {
        steps.add(Thread.currentThread());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
