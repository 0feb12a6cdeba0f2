package io.kvs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Operations that take effect together or not at all.
///
/// Within a batch the last operation on a key wins. A batch may be applied more than once. Not safe
/// for use by several threads at once. Keys and values are copied when they are added.
public final class WriteBatch {
    private final List<Operation> operations = new ArrayList<>();

    /// Makes an empty batch.
    public WriteBatch() {}

    /// One operation: a new value for a key, or its removal if `value` is null.
    ///
    /// @param key the key, 1 to 65 536 bytes; not to be changed
    /// @param value the value, or null for a removal; not to be changed
    /// @param timeToLive how long the value lives, from when the batch is applied; null if it does
    ///   not expire
    public record Operation(byte[] key, byte @Nullable [] value, @Nullable Duration timeToLive) {

        /// Makes one whose value does not expire.
        public Operation(byte[] key, byte @Nullable [] value) {
            this(key, value, null);
        }
    }

    /// Adds: store `value` under `key`.
    ///
    /// @throws InvalidKeyException the key is empty or too long
    public WriteBatch set(byte[] key, byte[] value) {
        return add(key, value.clone(), null);
    }

    /// Adds: store `value` under `key` for a time that begins when the batch is applied; see {@link
    /// ExpiringKvsEngine}.
    ///
    /// @throws InvalidKeyException the key is empty or too long
    /// @throws IllegalArgumentException the time to live is outside its limits
    public WriteBatch set(byte[] key, byte[] value, Duration timeToLive) {
        TimeToLive.check(timeToLive);
        return add(key, value.clone(), timeToLive);
    }

    /// Adds: store text under a text key.
    public WriteBatch set(String key, String value) {
        return add(Utf8.encode(key), Utf8.encode(value), null);
    }

    /// Adds: store text under a text key for a time; see {@link #set(byte[], byte[], Duration)}.
    public WriteBatch set(String key, String value, Duration timeToLive) {
        TimeToLive.check(timeToLive);
        return add(Utf8.encode(key), Utf8.encode(value), timeToLive);
    }

    /// Adds: remove `key` if it is there.
    ///
    /// @throws InvalidKeyException the key is empty or too long
    public WriteBatch remove(byte[] key) {
        return add(key, null, null);
    }

    /// Adds: remove a text key if it is there.
    public WriteBatch remove(String key) {
        return add(Utf8.encode(key), null, null);
    }

    /// Adds an operation, such as one of another batch.
    ///
    /// @throws InvalidKeyException the key is empty or too long
    /// @throws IllegalArgumentException the time to live is outside its limits
    public WriteBatch add(Operation operation) {
        InvalidKeyException.check(operation.key());
        if (operation.timeToLive() != null) {
            TimeToLive.check(operation.timeToLive());
        }
        operations.add(operation);
        return this;
    }

    /// Returns the operations in the order in which they were added.
    public List<Operation> operations() {
        return List.copyOf(operations);
    }

    /// Returns how many operations there are.
    public int size() {
        return operations.size();
    }

    /// Returns whether there is no operation.
    public boolean isEmpty() {
        return operations.isEmpty();
    }

    /// Forgets all operations, so that the batch can be filled anew.
    public void clear() {
        operations.clear();
    }

    private WriteBatch add(byte[] key, byte @Nullable [] value, @Nullable Duration timeToLive) {
        InvalidKeyException.check(key);
        operations.add(new Operation(key.clone(), value, timeToLive));
        return this;
    }
}
