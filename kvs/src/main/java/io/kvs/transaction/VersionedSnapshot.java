package io.kvs.transaction;

import io.kvs.Snapshot;
import org.jspecify.annotations.Nullable;

/// A snapshot that tells versions: what an engine gives a transaction to read from.
public interface VersionedSnapshot extends Snapshot {

    /// Returns the value of `key` with its version, or null if the key is absent. The value belongs
    /// to the caller.
    ///
    /// @throws io.kvs.InvalidKeyException the key is empty or too long
    @Nullable Versioned find(byte[] key);
}
