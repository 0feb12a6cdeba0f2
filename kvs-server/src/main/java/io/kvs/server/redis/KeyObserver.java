package io.kvs.server.redis;

/// Told of every change of a key, by who has just made it and still holds the lock of the key.
@FunctionalInterface
interface KeyObserver {

    /// A key has been written.
    ///
    /// @param key may be changed when this returns
    /// @param expiryMillis when its value expires, {@link Keyspace#NEVER}, or {@link
    ///   Keyspace#ABSENT} if it was removed
    void written(byte[] key, long expiryMillis);
}
