package io.kvs.testkit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Ends runs that hang, from a thread of its own.
final class Watchdog implements AutoCloseable {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long PERIOD_MILLIS = 500;

    private final Map<CrashRun, Long> startNanos = new ConcurrentHashMap<>();
    private final Thread thread = Thread.ofPlatform().daemon().name("watchdog").start(this::watch);

    /// Runs a seed under its eyes.
    void run(CrashRun run) {
        startNanos.put(run, System.nanoTime());
        try {
            run.run();
        } finally {
            startNanos.remove(run);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(PERIOD_MILLIS);
                long now = System.nanoTime();
                startNanos.forEach((run, start) -> {
                    if (now - start > LIMIT_NANOS) {
                        run.stop();
                    }
                });
            }
        } catch (InterruptedException _) {
            // Closed.
        }
    }
}
