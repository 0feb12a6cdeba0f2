package io.kvs.testkit.history;

import io.kvs.testkit.history.Action.CompareAndSet;
import io.kvs.testkit.history.Action.Get;
import io.kvs.testkit.history.Action.Increment;
import io.kvs.testkit.history.Action.Remove;
import io.kvs.testkit.history.Action.Set;

/// Calls on one key, written briefly: when they were made, when answered, and what.
final class Calls {
    private Calls() {}

    static Call get(long from, long to, Long value) {
        return new Call(0, "k", new Get(), from, to, value);
    }

    static Call set(long from, long to, long value) {
        return new Call(0, "k", new Set(value), from, to, null);
    }

    static Call remove(long from, long to, boolean wasThere) {
        return new Call(0, "k", new Remove(), from, to, wasThere);
    }

    static Call compareAndSet(long from, long to, Long expected, Long value, boolean applied) {
        return new Call(0, "k", new CompareAndSet(expected, value), from, to, applied);
    }

    static Call increment(long from, long to, long sum) {
        return new Call(0, "k", new Increment(), from, to, sum);
    }

    static Call unanswered(long from, Action action) {
        return Call.unanswered(0, "k", action, from);
    }
}
