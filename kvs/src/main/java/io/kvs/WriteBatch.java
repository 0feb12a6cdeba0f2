package io.kvs;

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
    public record Operation(byte[] key, byte @Nullable [] value) {}

    /// Adds: store `value` under `key`.
    ///
    /// @throws InvalidKeyException the key is empty or too long
    public WriteBatch set(byte[] key, byte[] value) {
        return add(key, value.clone());
    }

    /// Adds: store text under a text key.
    public WriteBatch set(String key, String value) {
        return add(Utf8.encode(key), Utf8.encode(value));
    }

    /// Adds: remove `key` if it is there.
    ///
    /// @throws InvalidKeyException the key is empty or too long
    public WriteBatch remove(byte[] key) {
        return add(key, null);
    }

    /// Adds: remove a text key if it is there.
    public WriteBatch remove(String key) {
        return add(Utf8.encode(key), null);
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

    private WriteBatch add(byte[] key, byte @Nullable [] value) {
        InvalidKeyException.check(key);
        operations.add(new Operation(key.clone(), value));
        return this;
    }
}
