package io.kvs.compare.workload;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// The thread that runs one lane. It looks at the clock only in the turns that are timed anyway.
final class Runner extends Thread {
    private static final long LATENCY_MAX_NANOS = 60_000_000_000L;
    private static final int SIGNIFICANT_DIGITS = 3;

    private final Lane lane;
    private final long nanosMax;
    private final CountDownLatch start;
    private final AtomicBoolean stop;
    private final Histogram latencies = new Histogram(LATENCY_MAX_NANOS, SIGNIFICANT_DIGITS);
    private long turns;
    private @Nullable Throwable failure;

    Runner(Lane lane, long nanosMax, CountDownLatch start, AtomicBoolean stop) {
        super("lane-" + lane.row());
        this.lane = lane;
        this.nanosMax = nanosMax;
        this.start = start;
        this.stop = stop;
    }

    @Override
    public void run() {
        try {
            start.await();
            turns = race();
        } catch (Throwable e) {
            failure = e;
        } finally {
            stop.set(true);
        }
    }

    /// Waits for the end, and passes on what went wrong in the lane.
    void finish() throws InterruptedException {
        join();
        if (failure != null) {
            throw new IllegalStateException("workload " + lane.row() + " failed", failure);
        }
    }

    Lane lane() {
        return lane;
    }

    long entries() {
        return turns * lane.entriesPerTurn();
    }

    Histogram latencies() {
        return latencies;
    }

    private long race() {
        Operation operation = lane.operation();
        long untimedMask = lane.sampledEvery() - 1L;
        long turnsMax = lane.turnsMax();
        long deadline = System.nanoTime() + nanosMax;
        for (long turn = 0; turn < turnsMax; turn++) {
            if ((turn & untimedMask) != 0) {
                operation.run(turn);
                continue;
            }
            if (stop.get()) {
                return turn;
            }
            long before = System.nanoTime();
            operation.run(turn);
            long after = System.nanoTime();
            latencies.recordValue(Math.min(after - before, LATENCY_MAX_NANOS));
            if (after - deadline >= 0) {
                return turn + 1;
            }
        }
        return turnsMax;
    }
}
