package io.kvs.hint;

import io.kvs.format.RecordHeader;

/// What a hint file knows of a record.
///
/// @param key its key; not to be changed
/// @param offset its offset in the segment
/// @param valueLength the length of its value in bytes
/// @param tombstone whether it is a tombstone
/// @param size its bytes in the segment, padding included
public record HintEntry(byte[] key, long offset, int valueLength, boolean tombstone, long size) {

    /// Makes the entry of the record with this header.
    public static HintEntry of(byte[] key, long offset, long header) {
        return new HintEntry(
                key,
                offset,
                RecordHeader.valueLength(header),
                RecordHeader.kind(header) == RecordHeader.TOMBSTONE,
                RecordHeader.size(header));
    }
}
