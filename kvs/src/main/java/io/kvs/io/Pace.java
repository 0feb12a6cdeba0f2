package io.kvs.io;

import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/// Keeps what work in the background writes below a rate, as long as nobody waits for it: pauses
/// when that is ahead of the time that the rate gives it. Time in which it does nothing is not
/// saved up.
public final class Pace {
    /// As fast as it goes.
    public static final Pace UNLIMITED = new Pace(0, () -> 0, _ -> {}, () -> true);

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /// It is looked at the clock after so many bytes.
    private static final int STEP_BYTES = 64 << 10;

    /// The longest pause before it is asked again whether anybody waits.
    private static final long PAUSE_MAX_NANOS = 10_000_000;

    private final long bytesPerSecond;
    private final LongSupplier nanos;
    private final LongConsumer pause;
    private final BooleanSupplier hurried;
    private long spentBytes;

    /// The time at which everything written so far is due.
    private long dueNanos;

    /// Makes one.
    ///
    /// @param bytesPerSecond the rate; 0 for none
    /// @param nanos a clock
    /// @param pause lets so many nanoseconds pass
    /// @param hurried whether somebody waits for the work
    public Pace(
            long bytesPerSecond, LongSupplier nanos, LongConsumer pause, BooleanSupplier hurried) {
        this.bytesPerSecond = bytesPerSecond;
        this.nanos = nanos;
        this.pause = pause;
        this.hurried = hurried;
        this.dueNanos = nanos.getAsLong();
    }

    /// Returns whether there is a rate.
    public boolean isLimited() {
        return bytesPerSecond > 0;
    }

    /// Counts bytes that were written, and pauses if it is time to.
    public void spend(long bytes) {
        if (bytesPerSecond == 0) {
            return;
        }
        spentBytes += bytes;
        if (spentBytes < STEP_BYTES) {
            return;
        }
        long now = nanos.getAsLong();
        if (dueNanos - now < 0) {
            dueNanos = now;
        }
        dueNanos += (long) ((double) spentBytes * NANOS_PER_SECOND / bytesPerSecond);
        spentBytes = 0;
        for (long left = dueNanos - now;
                left > 0 && !hurried.getAsBoolean();
                left = dueNanos - nanos.getAsLong()) {
            pause.accept(Math.min(left, PAUSE_MAX_NANOS));
        }
    }
}
