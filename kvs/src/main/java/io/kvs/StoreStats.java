package io.kvs;

import java.util.List;

/// Figures of a store at one moment; all sizes in bytes.
///
/// @param keys the number of keys
/// @param liveBytes bytes of records with the newest value of a key, and of the files of streamed
///   values
/// @param deadBytes the same of overwritten and removed values
/// @param tombstoneBytes record bytes that remember a removal
/// @param diskBytes the size of all files of the store
/// @param indexBytes memory of the keydir, off the heap
/// @param reclaimableBytes what compacting everything now would give back
/// @param heldBytes what of `diskBytes` is no part of the store any more and kept only because
///   snapshots, transactions, scans or backups need it; given back when the last of these is closed
/// @param writtenBytes record bytes appended by writers since the store was opened
/// @param compactedBytes record bytes rewritten by compaction since the store was opened
/// @param skippedWrites writes that wrote nothing because the value was there already, since
///   opening
/// @param syncs syncs of the log since the store was opened
/// @param compression what compaction compresses values with, {@link Compressions#NONE} if it does
///   not
/// @param valueCache the cache of values
/// @param writeBuffer the write buffer; what is in it is in none of the other figures
/// @param segments each segment, oldest first
public record StoreStats(
        long keys,
        long liveBytes,
        long deadBytes,
        long tombstoneBytes,
        long diskBytes,
        long indexBytes,
        long reclaimableBytes,
        long heldBytes,
        long writtenBytes,
        long compactedBytes,
        long skippedWrites,
        long syncs,
        String compression,
        CacheStats valueCache,
        BufferStats writeBuffer,
        List<SegmentStats> segments) {

    /// Figures of the cache of values; see {@link KvsOptions#valueCacheBytes()}.
    ///
    /// @param hits reads that were answered from it, since the store was opened
    /// @param misses all other reads of a value by its key while there is a cache, among them those
    ///   of absent keys
    /// @param entries the values that are in it
    /// @param bytes the memory that these take, at most, with keys and overhead
    public record CacheStats(long hits, long misses, long entries, long bytes) {
        /// The figures of a store without such a cache.
        public static final CacheStats NONE = new CacheStats(0, 0, 0, 0);
    }

    /// Figures of the write buffer; see {@link KvsOptions#writeBufferBytes()}.
    ///
    /// @param bytes the memory that it takes now
    /// @param entries the keys that are in it
    /// @param absorbedWrites writes that were overwritten there, and so never reached the log,
    ///   since the store was opened
    public record BufferStats(long bytes, long entries, long absorbedWrites) {
        /// The figures of a store without a write buffer.
        public static final BufferStats NONE = new BufferStats(0, 0, 0);
    }

    /// Figures of one segment.
    ///
    /// @param file its file name
    /// @param sizeBytes the size of the file
    /// @param liveBytes record bytes that hold the newest value of a key
    /// @param deadBytes record bytes that hold an overwritten or removed value
    /// @param tombstoneBytes record bytes that remember a removal
    /// @param active whether writers append to it
    public record SegmentStats(
            String file,
            long sizeBytes,
            long liveBytes,
            long deadBytes,
            long tombstoneBytes,
            boolean active) {}

    /// Returns bytes on disk for each live byte, or 1 for a store without live bytes.
    public double spaceAmplification() {
        return liveBytes == 0 ? 1 : (double) diskBytes / liveBytes;
    }
}
