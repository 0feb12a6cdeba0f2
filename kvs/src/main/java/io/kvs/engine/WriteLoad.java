package io.kvs.engine;

import java.util.function.LongSupplier;

/// Tells how much is being written, by what came to the log in the last window of at least a
/// quarter of a second: so it does not matter how often somebody asks.
final class WriteLoad {
    private static final long WINDOW_NANOS = 250_000_000;

    /// In units of 8 bytes a window.
    private static final long QUIET_MAX = 32 << 10;

    /// In units of 8 bytes a window.
    private static final long MODERATE_MAX = 512 << 10;

    private final LongSupplier end;
    private final LongSupplier nanos;
    private Level level = Level.QUIET;
    private long startNanos;
    private long startEnd;

    /// How much is being written.
    enum Level {
        /// Nothing in the last window.
        RESTING,
        /// Less than 1 MiB a second: the processor is there for other work.
        QUIET,
        /// More.
        MODERATE,
        /// More than 16 MiB a second: what can wait does.
        BUSY;

        /// Returns whether it is little, or nothing.
        boolean isQuiet() {
            return this == RESTING || this == QUIET;
        }
    }

    /// Watches a log.
    ///
    /// @param end gives the sequence number at which it ends
    /// @param nanos a clock
    WriteLoad(LongSupplier end, LongSupplier nanos) {
        this.end = end;
        this.nanos = nanos;
        this.startNanos = nanos.getAsLong();
        this.startEnd = end.getAsLong();
    }

    /// Returns how much is being written.
    synchronized Level level() {
        long now = nanos.getAsLong();
        long reached = end.getAsLong();
        long elapsed = now - startNanos;
        long written = reached - startEnd;
        if (elapsed >= WINDOW_NANOS) {
            level = level(written * ((double) WINDOW_NANOS / elapsed));
            startNanos = now;
            startEnd = reached;
        } else if (written > MODERATE_MAX) {
            level = Level.BUSY;
        } else if (written > 0 && level == Level.RESTING) {
            level = Level.QUIET;
        }
        return level;
    }

    /// Returns whether little is being written, or nothing.
    boolean isQuiet() {
        return level().isQuiet();
    }

    /// Returns whether nothing is being written.
    boolean isResting() {
        return level() == Level.RESTING;
    }

    /// Returns whether so much is being written that what can wait does.
    boolean isBusy() {
        return level() == Level.BUSY;
    }

    private static Level level(double written) {
        if (written == 0) {
            return Level.RESTING;
        }
        if (written <= QUIET_MAX) {
            return Level.QUIET;
        }
        return written <= MODERATE_MAX ? Level.MODERATE : Level.BUSY;
    }
}
