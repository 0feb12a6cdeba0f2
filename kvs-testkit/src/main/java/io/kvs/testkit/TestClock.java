package io.kvs.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/// A clock that stands still until a test moves it, forth or back. Any thread may read it.
public final class TestClock implements InstantSource {
    private final AtomicLong millis =
            new AtomicLong(Instant.parse("2030-01-01T00:00:00Z").toEpochMilli());

    /// Makes one that shows the start of the year 2030.
    public TestClock() {}

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis.get());
    }

    /// Returns another one that shows the same time.
    public TestClock copy() {
        TestClock copy = new TestClock();
        copy.millis.set(millis.get());
        return copy;
    }

    /// Moves it.
    public void move(Duration by) {
        millis.getAndAdd(by.toMillis());
    }
}
