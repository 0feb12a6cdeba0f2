package io.kvs.buffer;

import io.kvs.WriteBatch.Operation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is behind a {@link WriteBuffer}. What its methods throw reaches whoever has called the
/// buffer; then they have written nothing.
public interface BufferedStore {

    /// Throws if nothing can be written, since the store is closed or has failed.
    void ensureWritable();

    /// Throws if an entry is too long.
    void check(byte[] key, byte[] value);

    /// Returns the value of `key`, or null.
    byte @Nullable [] find(byte[] key);

    /// Returns whether `key` has a value.
    boolean contains(byte[] key);

    /// Returns whether a write of this value is to be left out since the key has it.
    boolean has(byte[] key, byte[] value);

    /// Stores a value.
    void set(byte[] key, byte[] value);

    /// Removes a key.
    ///
    /// @throws io.kvs.KeyNotFoundException it is absent
    void remove(byte[] key);

    /// Applies operations on different keys, all or none.
    void write(List<Operation> operations);
}
