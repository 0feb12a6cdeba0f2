package io.kvs.hint;

/// What a hint file knows of a record.
///
/// @param key its key; not to be changed
/// @param offset its offset in the segment
/// @param valueLength the length of its value in bytes
/// @param tombstone whether it is a tombstone
/// @param size its bytes in the segment, padding included
public record HintEntry(byte[] key, long offset, int valueLength, boolean tombstone, long size) {}
