package io.kvs.rocksdb;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A thread that does something again and again until it is closed.
final class Upkeep implements AutoCloseable {
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /// Starts it.
    ///
    /// @param period how long to wait before each time
    /// @param work throws nothing
    Upkeep(Duration period, Runnable work) {
        thread =
                Thread.ofPlatform()
                        .name("kvs-rocksdb")
                        .daemon()
                        .start(() -> run(period.toMillis(), work));
    }

    private void run(long periodMillis, Runnable work) {
        try {
            while (!closing.await(periodMillis, TimeUnit.MILLISECONDS)) {
                work.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Nobody but us has the thread: it ends.
        }
    }

    /// Ends it; returns when its last work is done.
    @Override
    public void close() {
        closing.countDown();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
