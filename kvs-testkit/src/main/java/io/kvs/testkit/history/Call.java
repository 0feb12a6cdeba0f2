package io.kvs.testkit.history;

import io.kvs.testkit.history.Action.CompareAndSet;
import io.kvs.testkit.history.Action.Get;
import io.kvs.testkit.history.Action.Increment;
import io.kvs.testkit.history.Action.Remove;
import io.kvs.testkit.history.Action.Set;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One call of a history.
///
/// @param client who made it
/// @param invoked when it was made; no two moments of a history are the same
/// @param answered when it was answered, or {@link #NEVER}: then it may have taken effect at any
///   moment since it was made, may still do so, or never
/// @param answer what was answered; see {@link Action#answer}
public record Call(
        int client,
        String key,
        Action action,
        long invoked,
        long answered,
        @Nullable Object answer) {
    /// Later than all moments.
    public static final long NEVER = Long.MAX_VALUE;

    /// Makes a call whose outcome is unknown.
    public static Call unanswered(int client, String key, Action action, long invoked) {
        return new Call(client, key, action, invoked, NEVER, null);
    }

    boolean isAnswered() {
        return answered != NEVER;
    }

    /// Returns whether it can have been answered so, the key holding a value.
    boolean fits(@Nullable Long value) {
        return !isAnswered() || Objects.equals(action.answer(value), answer);
    }

    /// Returns whether it is known to have changed nothing.
    boolean isRead() {
        return action instanceof Get || Boolean.FALSE.equals(answer);
    }

    /// Returns the one value that it must have found, or null if it may have found several, or the
    /// key absent.
    @Nullable Long found() {
        return switch (action) {
            case Get() -> (Long) answer;
            case CompareAndSet(@Nullable Long expected, _) ->
                    Boolean.TRUE.equals(answer) ? expected : null;
            case Increment() -> answer == null || answer.equals(1L) ? null : (Long) answer - 1;
            case Set _, Remove() -> null;
        };
    }

    /// Returns the value that it has left if it has changed something, or null if that is not
    /// known, or the key was removed.
    @Nullable Long left() {
        return switch (action) {
            case Set(long value) -> value;
            case CompareAndSet(_, @Nullable Long value) -> isRead() ? null : value;
            case Increment() -> (Long) answer;
            case Get(), Remove() -> null;
        };
    }

    /// Returns this call as it is known before a moment, at which it was not yet answered or just
    /// is.
    Call asOf(long moment) {
        return answered <= moment ? this : unanswered(client, key, action, invoked);
    }

    @Override
    public String toString() {
        return "client "
                + client
                + ", from "
                + invoked
                + (isAnswered() ? " to " + answered : ", outcome unknown")
                + ": "
                + action
                + (isAnswered() && !(action instanceof Set) ? " -> " + answer : "");
    }
}
