package io.kvs.server.redis;

/// A value and when it expires.
///
/// @param value belongs to who has asked for it
/// @param expiryMillis in milliseconds since 1970, UTC, or {@link Keyspace#NEVER}
record StoredValue(byte[] value, long expiryMillis) {}
