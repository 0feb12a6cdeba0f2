package io.kvs.testkit;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Many runs of {@link CrashRun} against the log-structured engine, on all processors.
public final class CrashRuns {
    private CrashRuns() {}

    /// Runs one seed.
    ///
    /// @throws AssertionError the store did something wrong
    public static void run(long seed) {
        try (Watchdog watchdog = new Watchdog()) {
            run(seed, watchdog);
        }
    }

    /// Runs the seeds from `first` on.
    ///
    /// @throws AssertionError of the smallest seed that failed until all threads had stopped
    public static void run(long first, long count) throws InterruptedException {
        AtomicLong next = new AtomicLong(first);
        AtomicReference<@Nullable Failure> failure = new AtomicReference<>();
        Watchdog watchdog = new Watchdog();
        Thread[] threads = new Thread[Runtime.getRuntime().availableProcessors()];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> runSome(next, first + count, watchdog, failure));
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        watchdog.close();
        Failure found = failure.get();
        if (found != null) {
            throw new AssertionError(found.cause().getMessage(), found.cause());
        }
    }

    /// Returns the first of the seeds from 0 to `count` exclusively that fails.
    public static OptionalLong firstFailure(long count) {
        try (Watchdog watchdog = new Watchdog()) {
            for (long seed = 0; seed < count; seed++) {
                try {
                    run(seed, watchdog);
                } catch (AssertionError _) {
                    return OptionalLong.of(seed);
                }
            }
        }
        return OptionalLong.empty();
    }

    private record Failure(long seed, Throwable cause) {
        private static Failure first(@Nullable Failure one, Failure other) {
            return one == null || other.seed < one.seed ? other : one;
        }
    }

    private static void run(long seed, Watchdog watchdog) {
        watchdog.run(new CrashRun(seed, new LogStoreSubject(seed)));
    }

    private static void runSome(
            AtomicLong next,
            long end,
            Watchdog watchdog,
            AtomicReference<@Nullable Failure> failure) {
        for (long seed = next.getAndIncrement();
                seed < end && failure.get() == null;
                seed = next.getAndIncrement()) {
            try {
                run(seed, watchdog);
            } catch (AssertionError e) {
                Failure found = new Failure(seed, e);
                failure.accumulateAndGet(found, (one, other) -> Failure.first(one, found));
            }
        }
    }
}
