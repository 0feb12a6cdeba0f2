package io.kvs.transaction;

/// A value with the number of the change that stored it.
///
/// @param value the value
/// @param version the number: 0 or more, and another one whenever the key is written
public record Versioned(byte[] value, long version) {}
