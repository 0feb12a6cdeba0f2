package io.kvs.client.kill;

import io.kvs.testkit.history.Action;
import io.kvs.testkit.history.Action.CompareAndSet;
import io.kvs.testkit.history.Action.Get;
import io.kvs.testkit.history.Action.Increment;
import io.kvs.testkit.history.Action.Remove;
import io.kvs.testkit.history.Action.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/// Chooses what clients ask of a key. No value is chosen twice.
final class RandomActions {
    /// Between two values, so that few increments lead from one to the next.
    private static final long VALUE_STEP = 1_000;

    private final AtomicLong last = new AtomicLong();

    /// What the key may well hold.
    private final AtomicReference<Long> recent = new AtomicReference<>();

    Action next(SplittableRandom random) {
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> new Set(newValue());
            case 3 -> new Remove();
            case 4, 5 -> new CompareAndSet(recent.get(), newValue());
            case 6 -> new CompareAndSet(recent.get(), null);
            case 7 -> new CompareAndSet(null, newValue());
            case 8 -> new Increment();
            default -> new Get();
        };
    }

    private Long newValue() {
        Long value = last.addAndGet(VALUE_STEP);
        recent.set(value);
        return value;
    }
}
