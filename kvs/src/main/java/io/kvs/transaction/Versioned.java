package io.kvs.transaction;

/// A value with the number of the change that stored it.
///
/// @param value the value
/// @param version the number: 0 or more, and another one whenever the key is written
/// @param expiryMillis when the value expires, in milliseconds since 1970, or {@link #NEVER}
public record Versioned(byte[] value, long version, long expiryMillis) {
    /// The time at which a value without a time to live expires.
    public static final long NEVER = Long.MAX_VALUE;

    /// Returns whether it has expired.
    public boolean isExpired(long nowMillis) {
        return expiryMillis <= nowMillis;
    }
}
