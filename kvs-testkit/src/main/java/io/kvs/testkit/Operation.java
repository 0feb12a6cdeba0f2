package io.kvs.testkit;

import io.kvs.Durability;
import io.kvs.WriteBatch;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One thing that a test does to a store.
public sealed interface Operation {

    /// Returns whether everything before it is on stable storage when it has returned.
    default boolean isDurable() {
        return switch (this) {
            case Set(_, _, _, Durability durability) -> durability == Durability.SYNC;
            case Remove(_, Durability durability) -> durability == Durability.SYNC;
            case Batch(_, Durability durability) -> durability == Durability.SYNC;
            case Exchange(_, _, _, Durability durability) -> durability == Durability.SYNC;
            case Sync(), Reopen() -> true;
            case Transact _, Get _, Scan _, OpenSnapshot _, ReadSnapshot _, CloseSnapshot _ ->
                    false;
            case Count(), Compact(), Background(), PassTime _ -> false;
        };
    }

    /// Returns whether this may change the value of a key.
    default boolean changes(byte[] key) {
        return switch (this) {
            case Set(byte[] changed, _, _, _) -> Arrays.equals(changed, key);
            case Remove(byte[] changed, _) -> Arrays.equals(changed, key);
            case Exchange(byte[] changed, _, _, _) -> Arrays.equals(changed, key);
            case Batch(List<WriteBatch.Operation> changes, _) -> changes(changes, key);
            case Transact(
                            _,
                            _,
                            @Nullable Operation meanwhile,
                            List<WriteBatch.Operation> changes) ->
                    changes(changes, key) || meanwhile != null && meanwhile.changes(key);
            case Get _, Scan _, OpenSnapshot _, ReadSnapshot _, CloseSnapshot _ -> false;
            case Count(), Sync(), Compact(), Background(), PassTime _, Reopen() -> false;
        };
    }

    private static boolean changes(List<WriteBatch.Operation> changes, byte[] key) {
        return changes.stream().anyMatch(change -> Arrays.equals(change.key(), key));
    }

    /// Stores a value.
    ///
    /// @param timeToLive how long it lives, or null if it does not expire
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Set(byte[] key, byte[] value, @Nullable Duration timeToLive, Durability durability)
            implements Operation {
        @Override
        public String toString() {
            return "set "
                    + Bytes.show(key)
                    + " = "
                    + Bytes.show(value)
                    + show(timeToLive)
                    + ' '
                    + durability;
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
            changes.forEach(batch::add);
            return batch;
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("batch");
            for (WriteBatch.Operation change : changes) {
                text.append(' ').append(Bytes.show(change.key()));
                byte[] value = change.value();
                text.append(value == null ? " removed" : " = " + Bytes.show(value));
                text.append(show(change.timeToLive())).append(',');
            }
            return text.append(' ').append(durability).toString();
        }
    }

    /// Changes the value of a key if it is the present one, or another one.
    ///
    /// @param value the new value, or null to remove the key
    /// @param matching whether to expect the present value; else one that it is not
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Exchange(byte[] key, byte @Nullable [] value, boolean matching, Durability durability)
            implements Operation {
        @Override
        public String toString() {
            return "exchange "
                    + Bytes.show(key)
                    + (matching ? " for " : " in vain for ")
                    + Bytes.show(value)
                    + ' '
                    + durability;
        }
    }

    /// Reads and writes in a transaction.
    ///
    /// @param reads keys to read
    /// @param scan what to scan
    /// @param meanwhile what happens between reading and committing: somebody else writes, or time
    ///   passes; or null
    /// @param changes what to write, each on another key; removals of keys that are there only
    record Transact(
            List<byte[]> reads,
            io.kvs.Scan scan,
            @Nullable Operation meanwhile,
            List<WriteBatch.Operation> changes)
            implements Operation {
        @Override
        public String toString() {
            return "transaction that reads "
                    + reads.stream().map(Bytes::show).toList()
                    + ", scans "
                    + show(scan)
                    + (meanwhile == null ? "" : ", meanwhile " + meanwhile)
                    + ", then "
                    + new Batch(changes, Durability.PROCESS);
        }
    }

    /// Scans a range.
    record Scan(io.kvs.Scan scan) implements Operation {
        @Override
        public String toString() {
            return "scan " + show(scan);
        }
    }

    /// Takes a snapshot, in the place of an older one if there are many.
    record OpenSnapshot() implements Operation {}

    /// Scans a range of a snapshot, and reads all keys in it.
    ///
    /// @param number which one, of those that are open
    record ReadSnapshot(int number, io.kvs.Scan scan) implements Operation {
        @Override
        public String toString() {
            return "scan " + show(scan) + " in snapshot " + number;
        }
    }

    /// Closes a snapshot.
    ///
    /// @param number which one, of those that are open
    record CloseSnapshot(int number) implements Operation {}

    /// Asks how many keys there are.
    record Count() implements Operation {}

    private static String show(@Nullable Duration timeToLive) {
        return timeToLive == null ? "" : " for " + timeToLive;
    }

    private static String show(io.kvs.Scan scan) {
        return "from "
                + Bytes.show(scan.from())
                + " to "
                + Bytes.show(scan.to())
                + (scan.isReversed() ? " reversed" : "")
                + (scan.limit() == io.kvs.Scan.UNLIMITED ? "" : " limit " + scan.limit())
                + (scan.isKeysOnly() ? " keys only" : "");
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

    /// Lets time pass.
    record PassTime(Duration by) implements Operation {}

    /// Closes the store and opens it again.
    record Reopen() implements Operation {}
}
