package io.kvs.testkit.history;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a client asks of a key. Values are numbers, so that all kinds can meet on one key; null is
/// the value of a key that is absent.
public sealed interface Action {

    /// Returns what the key holds afterwards.
    @Nullable Long after(@Nullable Long before);

    /// Returns what the client is answered: a number, whether something was changed, or null if
    /// there is nothing to say.
    @Nullable Object answer(@Nullable Long before);

    /// Reads the value.
    record Get() implements Action {
        @Override
        public @Nullable Long after(@Nullable Long before) {
            return before;
        }

        @Override
        public @Nullable Object answer(@Nullable Long before) {
            return before;
        }

        @Override
        public String toString() {
            return "get";
        }
    }

    /// Stores a value.
    record Set(long value) implements Action {
        @Override
        public Long after(@Nullable Long before) {
            return value;
        }

        @Override
        public @Nullable Object answer(@Nullable Long before) {
            return null;
        }

        @Override
        public String toString() {
            return "set " + value;
        }
    }

    /// Removes the key; the answer is whether it was there.
    record Remove() implements Action {
        @Override
        public @Nullable Long after(@Nullable Long before) {
            return null;
        }

        @Override
        public Boolean answer(@Nullable Long before) {
            return before != null;
        }

        @Override
        public String toString() {
            return "remove";
        }
    }

    /// Changes the value if it is the expected one; the answer is whether it was. Expecting nothing
    /// is to set if absent.
    record CompareAndSet(@Nullable Long expected, @Nullable Long value) implements Action {
        @Override
        public @Nullable Long after(@Nullable Long before) {
            return answer(before) ? value : before;
        }

        @Override
        public Boolean answer(@Nullable Long before) {
            return Objects.equals(before, expected);
        }

        @Override
        public String toString() {
            return "compare " + expected + " and set " + value;
        }
    }

    /// Adds one; the answer is the sum. A key that is absent counts as 0.
    record Increment() implements Action {
        @Override
        public Long after(@Nullable Long before) {
            return before == null ? 1 : before + 1;
        }

        @Override
        public Long answer(@Nullable Long before) {
            return after(before);
        }

        @Override
        public String toString() {
            return "increment";
        }
    }
}
