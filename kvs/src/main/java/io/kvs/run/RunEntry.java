package io.kvs.run;

import io.kvs.format.RecordHeader;

/// What a run knows of a record.
///
/// @param key its key; not to be changed
/// @param segmentId the segment it lies in
/// @param offset its offset in the segment
/// @param valueLength the length of its value in bytes
/// @param tombstone whether it is a tombstone
/// @param expiring whether it is a value that expires
public record RunEntry(
        byte[] key,
        long segmentId,
        long offset,
        int valueLength,
        boolean tombstone,
        boolean expiring) {

    /// Returns its bytes in the segment, padding included.
    ///
    /// @param sorted whether compaction wrote the segment, so that sequence numbers stand in it
    public long size(boolean sorted) {
        int sequenceBytes = sorted ? RecordHeader.SEQUENCE_BYTES : 0;
        int expiryBytes = expiring ? RecordHeader.EXPIRY_BYTES : 0;
        return RecordHeader.sizeOf(key.length, valueLength + sequenceBytes + expiryBytes);
    }
}
