package io.kvs.testkit;

import io.kvs.Durability;
import io.kvs.WriteBatch;
import java.util.Arrays;
import java.util.List;

/// One thing that a test does to a store.
public sealed interface Operation {

    /// Returns whether everything before it is on stable storage when it has returned.
    default boolean isDurable() {
        return switch (this) {
            case Set(_, _, Durability durability) -> durability == Durability.SYNC;
            case Remove(_, Durability durability) -> durability == Durability.SYNC;
            case Batch(_, Durability durability) -> durability == Durability.SYNC;
            case Sync(), Reopen() -> true;
            case Get(_), Compact(), Background() -> false;
        };
    }

    /// Returns whether this may change the value of a key.
    default boolean changes(byte[] key) {
        return switch (this) {
            case Set(byte[] changed, _, _) -> Arrays.equals(changed, key);
            case Remove(byte[] changed, _) -> Arrays.equals(changed, key);
            case Batch(List<WriteBatch.Operation> changes, _) ->
                    changes.stream().anyMatch(change -> Arrays.equals(change.key(), key));
            case Get(_), Sync(), Compact(), Background(), Reopen() -> false;
        };
    }

    /// Stores a value.
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Set(byte[] key, byte[] value, Durability durability) implements Operation {
        @Override
        public String toString() {
            return "set " + Bytes.show(key) + " = " + Bytes.show(value) + ' ' + durability;
        }
    }

    /// Removes a key, which may be absent.
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Remove(byte[] key, Durability durability) implements Operation {
        @Override
        public String toString() {
            return "remove " + Bytes.show(key) + ' ' + durability;
        }
    }

    /// Writes a batch of at least one operation, each on another key.
    record Batch(List<WriteBatch.Operation> changes, Durability durability) implements Operation {

        /// Returns the batch for a store.
        public WriteBatch toWriteBatch() {
            WriteBatch batch = new WriteBatch();
            for (WriteBatch.Operation change : changes) {
                byte[] value = change.value();
                if (value == null) {
                    batch.remove(change.key());
                } else {
                    batch.set(change.key(), value);
                }
            }
            return batch;
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("batch");
            for (WriteBatch.Operation change : changes) {
                text.append(' ').append(Bytes.show(change.key()));
                byte[] value = change.value();
                text.append(value == null ? " removed" : " = " + Bytes.show(value)).append(',');
            }
            return text.append(' ').append(durability).toString();
        }
    }

    /// Reads a key, which may be absent.
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Get(byte[] key) implements Operation {
        @Override
        public String toString() {
            return "get " + Bytes.show(key);
        }
    }

    /// Syncs everything.
    record Sync() implements Operation {}

    /// Compacts the store.
    record Compact() implements Operation {}

    /// Lets the background do some steps.
    record Background() implements Operation {}

    /// Closes the store and opens it again.
    record Reopen() implements Operation {}
}
