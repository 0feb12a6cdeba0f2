package io.kvs.server.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Threads that run the jobs of a source, started when there are more jobs than free threads, up to
/// a limit.
///
/// They live until the source ends. What a job throws goes to the handler of the thread, which then
/// runs the next one.
final class Workers {

    /// Where jobs come from.
    @FunctionalInterface
    interface Source {
        /// Returns the next job for a worker, waiting for one; null if there will be none any more.
        ///
        /// @param worker the number of the worker, from 0
        @Nullable Runnable take(int worker);
    }

    private final String name;
    private final int threadsMax;
    private final Source source;
    private final List<Thread> threads = new ArrayList<>(); // guarded by itself

    /// Threads that run no job, less the jobs that no thread runs yet.
    private final AtomicInteger free = new AtomicInteger();

    Workers(String name, int threadsMax, Source source) {
        if (threadsMax < 1) {
            throw new IllegalArgumentException("a pool has a thread at least, not " + threadsMax);
        }
        this.name = name;
        this.threadsMax = threadsMax;
        this.source = source;
    }

    /// Told of each job once the source has it: another thread is started if none is free for it.
    void jobAdded() {
        if (free.decrementAndGet() < 0) {
            startOne();
        }
    }

    private void startOne() {
        synchronized (threads) {
            int number = threads.size();
            if (number < threadsMax) {
                Thread thread = new Thread(() -> run(number), name + "-" + number);
                threads.add(thread);
                free.incrementAndGet();
                thread.start();
            }
        }
    }

    private void run(int number) {
        Runnable job;
        while ((job = source.take(number)) != null) {
            try {
                job.run();
            } catch (Throwable e) {
                report(e);
            }
            free.incrementAndGet();
        }
    }

    private static void report(Throwable e) {
        Thread thread = Thread.currentThread();
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        } catch (Throwable _) {
            // The virtual machine ignores what a handler throws, and so do we.
        }
    }

    /// Returns when all threads have ended; the source must have come to its end.
    void join() {
        boolean interrupted = false;
        for (Thread thread : started()) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Thread> started() {
        synchronized (threads) {
            return List.copyOf(threads);
        }
    }
}
