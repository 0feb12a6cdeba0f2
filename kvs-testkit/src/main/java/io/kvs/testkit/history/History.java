package io.kvs.testkit.history;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What clients have asked and been answered, and in which order. Safe for use by several threads.
public final class History {
    private final AtomicLong moment = new AtomicLong();
    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();

    /// Makes one that is empty.
    public History() {}

    /// Makes calls.
    @FunctionalInterface
    public interface Caller {
        /// Returns the answer to a call; see {@link Action#answer}.
        ///
        /// @throws OutcomeUnknownException there was none
        @Nullable Object call(String key, Action action) throws OutcomeUnknownException;
    }

    /// Makes a call and keeps what comes of it; returns whether it was answered. A client makes one
    /// call after the other.
    public boolean record(int client, String key, Action action, Caller caller) {
        long invoked = moment.incrementAndGet();
        try {
            Object answer = caller.call(key, action);
            calls.add(new Call(client, key, action, invoked, moment.incrementAndGet(), answer));
            return true;
        } catch (OutcomeUnknownException e) {
            calls.add(Call.unanswered(client, key, action, invoked));
            return false;
        }
    }

    /// Returns all calls until now.
    public List<Call> calls() {
        return List.copyOf(calls);
    }
}
