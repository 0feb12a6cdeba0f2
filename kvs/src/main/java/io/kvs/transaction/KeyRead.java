package io.kvs.transaction;

/// A key that a transaction has read, and what it saw.
///
/// @param key the key
/// @param version the version of the value, or {@link #ABSENT}
public record KeyRead(byte[] key, long version) {
    /// The version of a key that is not there.
    public static final long ABSENT = -1;
}
