package io.kvs.io;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// A worker of {@link ThreadBackground}.
final class ThreadWorker implements Background.Worker, Runnable {
    private final Thread thread;
    private final long periodNanos;
    private final Runnable step;

    /// Set by a waker, taken back by the thread before the step that serves it: a step sees
    /// everything that was written before the wake it serves.
    private final AtomicBoolean woken = new AtomicBoolean();

    private volatile boolean closed;

    ThreadWorker(String name, Duration period, Runnable step) {
        this.periodNanos = period.toNanos();
        if (periodNanos <= 0) {
            throw new IllegalArgumentException("period is not positive: " + period);
        }
        this.step = step;
        this.thread = new Thread(null, this, name, 0, false);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    @Override
    public void wake() {
        if (!woken.getAndSet(true)) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void run() {
        while (true) {
            awaitWakeOrPeriod();
            if (closed) {
                return;
            }
            runStep();
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        if (!thread.equals(Thread.currentThread())) {
            TaskThread.awaitEnd(thread);
        }
    }

    private void awaitWakeOrPeriod() {
        long start = System.nanoTime();
        while (!closed && !woken.getAndSet(false)) {
            long left = periodNanos - (System.nanoTime() - start);
            if (left <= 0) {
                return;
            }
            LockSupport.parkNanos(this, left);
            // An interrupt, which only a step could have sent itself, would keep it from parking.
            Thread.interrupted();
        }
    }

    /// Runs the step; one that fails unexpectedly is reported and does not end the worker.
    private void runStep() {
        try {
            step.run();
        } catch (Throwable e) {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }
}
