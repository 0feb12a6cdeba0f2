package io.kvs.bench.scenario;

import org.HdrHistogram.Histogram;

/// Measured durations, of which quantiles are told, to a thousandth.
final class Sample {
    private static final int DIGITS = 3;

    private final Histogram nanos = new Histogram(DIGITS);

    /// Adds what has passed since a reading of the clock.
    void addSince(long startNanos) {
        nanos.recordValue(System.nanoTime() - startNanos);
    }

    /// Adds all durations of another one.
    void add(Sample other) {
        nanos.add(other.nanos);
    }

    long count() {
        return nanos.getTotalCount();
    }

    double medianMillis() {
        return micros(0.5) / 1e3;
    }

    double medianMicros() {
        return micros(0.5);
    }

    double maxMillis() {
        return nanos.getMaxValue() / 1e6;
    }

    /// Returns the duration that a share of all does not exceed, in microseconds.
    double micros(double share) {
        return nanos.getValueAtPercentile(100 * share) / 1e3;
    }
}
