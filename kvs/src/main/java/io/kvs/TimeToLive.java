package io.kvs;

import java.time.Duration;

/// How long an entry lives: the limits, and when it ends.
public final class TimeToLive {
    /// The longest time to live: 100 years.
    public static final Duration MAX = Duration.ofDays(36_525);

    private TimeToLive() {}

    /// Checks that a time to live is positive and at most {@link #MAX}.
    ///
    /// @throws IllegalArgumentException if it is not
    public static void check(Duration timeToLive) {
        if (!timeToLive.isPositive() || timeToLive.compareTo(MAX) > 0) {
            throw new IllegalArgumentException(
                    "a time to live is positive and at most 100 years, not " + timeToLive);
        }
    }

    /// Returns when what is written at a time expires: the first whole millisecond at which it has
    /// lived for so long. Both times are in milliseconds since 1970, UTC.
    public static long expiryMillis(Duration timeToLive, long nowMillis) {
        return nowMillis + timeToLive.plusNanos(999_999).toMillis();
    }
}
