package io.kvs.bench.scenario;

import java.util.Arrays;

/// Measured durations, of which medians are told.
final class Sample {
    private static final int FIRST_SIZE = 64;

    private long[] nanos = new long[FIRST_SIZE];
    private int count;
    private boolean sorted = true;

    /// Adds what has passed since a reading of the clock.
    void addSince(long startNanos) {
        add(System.nanoTime() - startNanos);
    }

    void add(long value) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = value;
        sorted = false;
    }

    double medianMillis() {
        return quantile(0.5) / 1e6;
    }

    double medianMicros() {
        return quantile(0.5) / 1e3;
    }

    double maxMillis() {
        return quantile(1) / 1e6;
    }

    /// Returns the duration that a share of all does not exceed, in microseconds.
    double micros(double share) {
        return quantile(share) / 1e3;
    }

    private long quantile(double share) {
        if (!sorted) {
            Arrays.sort(nanos, 0, count);
            sorted = true;
        }
        return count == 0 ? 0 : nanos[(int) Math.min(count - 1, (long) (share * count))];
    }
}
