package io.kvs.server.pool;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every pool of threads must do, and what only those with a limit do.
final class ThreadPoolTest {
    private static final int WAIT_SECONDS = 20;

    static List<Named<IntFunction<ThreadPool>>> pools() {
        return List.of(
                Named.of("shared", max -> new SharedQueuePool("test", max)),
                Named.of("stealing", max -> new WorkStealingPool("test", max)),
                Named.of("virtual", _ -> new VirtualThreadPool("test")));
    }

    static List<Named<IntFunction<ThreadPool>>> limitedPools() {
        return pools().subList(0, 2);
    }

    @ParameterizedTest
    @MethodSource("pools")
    void execute_manyJobsOfManyThreads_runsEachOnce(IntFunction<ThreadPool> pools)
            throws Exception {
        int callers = 4;
        int jobs = 5_000;
        AtomicInteger[] runs = new AtomicInteger[callers * jobs];
        try (ThreadPool pool = pools.apply(3)) {
            Thread[] threads = new Thread[callers];
            for (int caller = 0; caller < callers; caller++) {
                int first = caller * jobs;
                threads[caller] =
                        Thread.ofPlatform()
                                .start(() -> {
                                    for (int i = first; i < first + jobs; i++) {
                                        AtomicInteger run = new AtomicInteger();
                                        runs[i] = run;
                                        pool.execute(run::incrementAndGet);
                                    }
                                });
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        for (AtomicInteger run : runs) {
            assertEquals(1, run.get());
        }
    }

    @ParameterizedTest
    @MethodSource("pools")
    void execute_asManyWaitingJobsAsThreads_runsThemSideBySide(IntFunction<ThreadPool> pools)
            throws Exception {
        int threads = 16;
        CyclicBarrier barrier = new CyclicBarrier(threads + 1);
        try (ThreadPool pool = pools.apply(threads)) {
            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < threads; i++) {
                    pool.execute(() -> await(barrier));
                }
                barrier.await(WAIT_SECONDS, SECONDS);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pools")
    void execute_jobsThatThrow_takeNoThreadAway(IntFunction<ThreadPool> pools) throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(3);
        AtomicInteger reported = new AtomicInteger();
        try (ThreadPool pool = pools.apply(2)) {
            for (int i = 0; i < 50; i++) {
                boolean isError = i % 2 == 0;
                pool.execute(() -> {
                    Thread.currentThread()
                            .setUncaughtExceptionHandler((_, _) -> reported.incrementAndGet());
                    if (isError) {
                        throw new AssertionError("thrown on purpose");
                    }
                    throw new IllegalStateException("thrown on purpose");
                });
            }
            pool.execute(() -> await(barrier));
            pool.execute(() -> await(barrier));
            barrier.await(WAIT_SECONDS, SECONDS);
        }
        assertEquals(50, reported.get());
    }

    @ParameterizedTest
    @MethodSource("limitedPools")
    void execute_afterAJobThatThrew_usesTheSameThread(IntFunction<ThreadPool> pools)
            throws Exception {
        LinkedBlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
        try (ThreadPool pool = pools.apply(1)) {
            pool.execute(() -> {
                Thread thread = Thread.currentThread();
                thread.setUncaughtExceptionHandler((_, _) -> {
                    throw new IllegalStateException("a handler that fails too");
                });
                threads.add(thread);
                throw new IllegalStateException("thrown on purpose");
            });
            pool.execute(() -> threads.add(Thread.currentThread()));
            assertEquals(threads.poll(WAIT_SECONDS, SECONDS), threads.poll(WAIT_SECONDS, SECONDS));
        }
    }

    @ParameterizedTest
    @MethodSource("limitedPools")
    void execute_moreJobsThanThreads_runsNoMoreAtOnce(IntFunction<ThreadPool> pools) {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (ThreadPool pool = pools.apply(3)) {
            for (int i = 0; i < 2_000; i++) {
                pool.execute(() -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    Thread.onSpinWait();
                    running.decrementAndGet();
                });
            }
        }
        assertTrue(most.get() <= 3, () -> most + " at once");
    }

    @ParameterizedTest
    @MethodSource("limitedPools")
    void execute_jobBehindOneThatWaits_isTakenByAnotherThread(IntFunction<ThreadPool> pools)
            throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(40);
        try (ThreadPool pool = pools.apply(2)) {
            pool.execute(() -> await(end));
            for (int i = 0; i < 40; i++) {
                pool.execute(done::countDown);
            }
            assertTrue(done.await(WAIT_SECONDS, SECONDS));
            end.countDown();
        }
    }

    @ParameterizedTest
    @MethodSource("pools")
    void execute_jobOfAJob_runsToo(IntFunction<ThreadPool> pools) throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        try (ThreadPool pool = pools.apply(1)) {
            pool.execute(() -> pool.execute(() -> pool.execute(done::countDown)));
            assertTrue(done.await(WAIT_SECONDS, SECONDS));
        }
    }

    @ParameterizedTest
    @MethodSource("pools")
    void close_jobsThatWereTaken_areDoneBefore(IntFunction<ThreadPool> pools) {
        AtomicInteger done = new AtomicInteger();
        ThreadPool pool = pools.apply(2);
        for (int i = 0; i < 1_000; i++) {
            pool.execute(done::incrementAndGet);
        }
        pool.close();
        assertEquals(1_000, done.get());
        assertThrows(RejectedExecutionException.class, () -> pool.execute(() -> {}));
        pool.close();
    }

    @ParameterizedTest
    @MethodSource("pools")
    void close_withoutAnyJob_returns(IntFunction<ThreadPool> pools) {
        pools.apply(4).close();
    }

    @ParameterizedTest
    @MethodSource("limitedPools")
    void close_threads_haveEnded(IntFunction<ThreadPool> pools) throws Exception {
        LinkedBlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
        ThreadPool pool = pools.apply(2);
        pool.execute(() -> threads.add(Thread.currentThread()));
        Thread thread = threads.poll(WAIT_SECONDS, SECONDS);
        pool.close();
        assertFalse(thread.isAlive());
    }

    @Test
    void pool_withoutThreads_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> new SharedQueuePool("test", 0));
        assertThrows(IllegalArgumentException.class, () -> new WorkStealingPool("test", 0));
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(WAIT_SECONDS, SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
