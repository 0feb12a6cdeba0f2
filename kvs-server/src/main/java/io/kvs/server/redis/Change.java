package io.kvs.server.redis;

import org.jspecify.annotations.Nullable;

/// What becomes of a key.
///
/// @param key the key; not to be changed any more
/// @param value its new value, or null if it is removed; not to be changed any more
/// @param expiryMillis when the value expires, in milliseconds since 1970, UTC, or {@link
///   Keyspace#NEVER}
public record Change(byte[] key, byte @Nullable [] value, long expiryMillis) {

    /// Makes one that removes a key.
    static Change removal(byte[] key) {
        return new Change(key, null, Keyspace.NEVER);
    }
}
