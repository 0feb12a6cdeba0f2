package io.kvs.compare.store;

import org.jspecify.annotations.Nullable;

/// An open store, as the workloads see it.
///
/// What an acknowledged write survives is decided when it is opened; see [Level]. Arrays that are
/// passed in are never changed afterwards, so a store may keep them; arrays that are handed out are
/// new. Every method but [#close()] may be called by several threads at once.
public interface Store extends AutoCloseable {
    /// Stores `value` under `key`.
    void put(byte[] key, byte[] value);

    /// Stores each value under the key with the same index, atomically if the store can do that.
    default void putAll(byte[][] keys, byte[][] values) {
        for (int i = 0; i < keys.length; i++) {
            put(keys[i], values[i]);
        }
    }

    /// Returns the value under `key`, or null if there is none.
    byte @Nullable [] get(byte[] key);

    /// Removes `key`, which is in the store.
    void remove(byte[] key);

    /// Brings what is stored into the form that the store has for data at rest; does nothing where
    /// there is none.
    default void settle() {}

    @Override
    void close();
}
