package io.kvs;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How a store behaves; immutable. Start from {@link #defaults()} and change what is needed.
///
/// @param durability what an acknowledged write survives, unless a call says otherwise; default
///   {@link Durability#PROCESS}
/// @param syncInterval how often acknowledged writes are synced in the background under {@link
///   Durability#PROCESS}; default 1 s, from 10 ms; a longer one loses more in a power cut
/// @param segmentLimitBytes the largest capacity of a segment file, in bytes; default 64 MiB, from
///   4 KiB to 64 MiB. Small stores use smaller segments. A larger limit means fewer files; a
///   smaller one means that compaction moves less at a time. An entry larger than the limit gets a
///   segment of its own
/// @param compactionThresholdBytes automatic compaction starts when more than so many bytes are
///   stale; default 1 MiB, from 0
/// @param spaceRatioMax in a large store compaction starts only when the bytes on disk exceed so
///   many times the live bytes; default 1.6, from 1.1 to 10. Smaller saves space and writes more.
///   While nothing is written the stale bytes are brought down to a sixteenth of the live ones, as
///   long as compaction writes no more for that than had been written
/// @param automaticCompaction whether compaction starts by itself; default true
/// @param compactionBytesPerSecondMax how many bytes compaction writes a second at most while
///   nobody waits for it; default 0, no limit. A limit leaves more of a slow device to others;
///   writes that outrun it wait for a compaction without limit, since the bound on space is kept
/// @param skipIdenticalWrites whether writing the value that a key already has writes nothing,
///   which spares flash memory; default true
/// @param indexBudgetBytes how much memory the index takes, in bytes; default 2 GiB, from 0. A key
///   takes 12 to 18 bytes. What does not fit is looked up on disk, which makes reads and writes of
///   such keys some microseconds slower; keys that were written lately are always in memory
/// @param blobThresholdBytes a value that is written as a stream and has more bytes goes into a
///   file of its own; default 1 MiB, from 0 to 256 MiB
/// @param valueCacheBytes how much memory a cache of values takes on the heap, in bytes; default 0,
///   no cache; from 0. It keeps what was slow to read, from the device or as a stream, so it pays
///   where the store is much larger than the memory that is left for the system's page cache: a
///   value of 100 bytes then takes 300 instead of a page. Else it brings nothing
/// @param compression the name of what compaction compresses values with, see {@link Compressions};
///   {@link Compressions#NONE} stores them as they are; default null: as the store was last told,
///   none if it is new. What is compressed already stays so until compaction copies it. Compressed
///   values take less space, and some tenths of a microsecond more to read; streamed values in
///   files of their own are not compressed
/// @param writeBufferBytes how much memory a write buffer takes, in bytes; default 0, no buffer; up
///   to 32 MiB. It keeps the last value of each key and writes them as one batch when they take so
///   many bytes, which spares flash memory where the same keys are written again and again; see
///   {@link KvStore#flush()} for what an acknowledged write survives then
/// @param writeBufferAge how long a write stays in the write buffer at most; default 1 s, from 10
///   ms; a longer one loses more when the process is killed
public record KvsOptions(
        Durability durability,
        Duration syncInterval,
        int segmentLimitBytes,
        long compactionThresholdBytes,
        double spaceRatioMax,
        boolean automaticCompaction,
        long compactionBytesPerSecondMax,
        boolean skipIdenticalWrites,
        long indexBudgetBytes,
        int blobThresholdBytes,
        long valueCacheBytes,
        @Nullable String compression,
        int writeBufferBytes,
        Duration writeBufferAge) {

    private static final int SEGMENT_LIMIT_MIN_BYTES = 4 << 10;
    private static final int SEGMENT_LIMIT_MAX_BYTES = 64 << 20;
    private static final long INDEX_BUDGET_DEFAULT_BYTES = 2L << 30;
    private static final int BLOB_THRESHOLD_DEFAULT_BYTES = 1 << 20;
    private static final int BLOB_THRESHOLD_MAX_BYTES = 256 << 20;

    /// With what its records take besides, all of it fits into one batch.
    private static final int WRITE_BUFFER_MAX_BYTES = 32 << 20;

    /// Checks every limit.
    ///
    /// @throws IllegalArgumentException a value is outside its limits; the message names it
    public KvsOptions {
        check(syncInterval.toMillis() >= 10, "syncInterval", syncInterval);
        check(
                segmentLimitBytes >= SEGMENT_LIMIT_MIN_BYTES
                        && segmentLimitBytes <= SEGMENT_LIMIT_MAX_BYTES,
                "segmentLimitBytes",
                segmentLimitBytes);
        check(compactionThresholdBytes >= 0, "compactionThresholdBytes", compactionThresholdBytes);
        check(
                blobThresholdBytes >= 0 && blobThresholdBytes <= BLOB_THRESHOLD_MAX_BYTES,
                "blobThresholdBytes",
                blobThresholdBytes);
        check(
                compactionBytesPerSecondMax >= 0,
                "compactionBytesPerSecondMax",
                compactionBytesPerSecondMax);
        check(valueCacheBytes >= 0, "valueCacheBytes", valueCacheBytes);
        check(indexBudgetBytes >= 0, "indexBudgetBytes", indexBudgetBytes);
        if (compression != null && !compression.equals(Compressions.NONE)) {
            Compressions.require(compression);
        }
        check(
                writeBufferBytes >= 0 && writeBufferBytes <= WRITE_BUFFER_MAX_BYTES,
                "writeBufferBytes",
                writeBufferBytes);
        check(writeBufferAge.toMillis() >= 10, "writeBufferAge", writeBufferAge);
        check(spaceRatioMax >= 1.1 && spaceRatioMax <= 10, "spaceRatioMax", spaceRatioMax);
    }

    /// Returns the defaults given above.
    public static KvsOptions defaults() {
        return new KvsOptions(
                Durability.PROCESS,
                Duration.ofSeconds(1),
                SEGMENT_LIMIT_MAX_BYTES,
                1 << 20,
                1.6,
                true,
                0,
                true,
                INDEX_BUDGET_DEFAULT_BYTES,
                BLOB_THRESHOLD_DEFAULT_BYTES,
                0,
                null,
                0,
                Duration.ofSeconds(1));
    }

    /// Returns these options with another default durability.
    public KvsOptions withDurability(Durability value) {
        return with(draft -> draft.durability = value);
    }

    /// Returns these options with another interval of the background sync.
    public KvsOptions withSyncInterval(Duration value) {
        return with(draft -> draft.syncInterval = value);
    }

    /// Returns these options with another largest segment capacity.
    public KvsOptions withSegmentLimitBytes(int value) {
        return with(draft -> draft.segmentLimitBytes = value);
    }

    /// Returns these options with another threshold of stale bytes for compaction.
    public KvsOptions withCompactionThresholdBytes(long value) {
        return with(draft -> draft.compactionThresholdBytes = value);
    }

    /// Returns these options with another bound on the bytes on disk for each live byte.
    public KvsOptions withSpaceRatioMax(double value) {
        return with(draft -> draft.spaceRatioMax = value);
    }

    /// Returns these options with automatic compaction on or off.
    public KvsOptions withAutomaticCompaction(boolean value) {
        return with(draft -> draft.automaticCompaction = value);
    }

    /// Returns these options with another limit of what compaction writes a second.
    public KvsOptions withCompactionBytesPerSecondMax(long value) {
        return with(draft -> draft.compactionBytesPerSecondMax = value);
    }

    /// Returns these options with the skipping of identical writes on or off.
    public KvsOptions withSkipIdenticalWrites(boolean value) {
        return with(draft -> draft.skipIdenticalWrites = value);
    }

    /// Returns these options with another budget of the index.
    public KvsOptions withIndexBudgetBytes(long value) {
        return with(draft -> draft.indexBudgetBytes = value);
    }

    /// Returns these options with another length from which streamed values go into files of their
    /// own.
    public KvsOptions withBlobThresholdBytes(int value) {
        return with(draft -> draft.blobThresholdBytes = value);
    }

    private KvsOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.finish();
    }

    /// Returns these options with a cache of values of another size.
    public KvsOptions withValueCacheBytes(long value) {
        return with(draft -> draft.valueCacheBytes = value);
    }

    /// Returns these options with another compression.
    ///
    /// @param value its name, see {@link Compressions}
    public KvsOptions withCompression(String value) {
        return with(draft -> draft.compression = value);
    }

    /// Returns these options with a write buffer of this size, or none for 0, in which a write
    /// stays for `age` at most.
    public KvsOptions withWriteBuffer(int bytes, Duration age) {
        return with(draft -> {
            draft.writeBufferBytes = bytes;
            draft.writeBufferAge = age;
        });
    }

    private static void check(boolean holds, String name, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is out of its limits: " + value);
        }
    }

    /// Options while one of them is changed.
    private static final class Draft {
        private Durability durability;
        private Duration syncInterval;
        private int segmentLimitBytes;
        private long compactionThresholdBytes;
        private double spaceRatioMax;
        private boolean automaticCompaction;
        private long compactionBytesPerSecondMax;
        private boolean skipIdenticalWrites;
        private long indexBudgetBytes;
        private int blobThresholdBytes;
        private long valueCacheBytes;
        private @Nullable String compression;
        private int writeBufferBytes;
        private Duration writeBufferAge;

        private Draft(KvsOptions options) {
            durability = options.durability;
            syncInterval = options.syncInterval;
            segmentLimitBytes = options.segmentLimitBytes;
            compactionThresholdBytes = options.compactionThresholdBytes;
            spaceRatioMax = options.spaceRatioMax;
            automaticCompaction = options.automaticCompaction;
            compactionBytesPerSecondMax = options.compactionBytesPerSecondMax;
            skipIdenticalWrites = options.skipIdenticalWrites;
            indexBudgetBytes = options.indexBudgetBytes;
            blobThresholdBytes = options.blobThresholdBytes;
            valueCacheBytes = options.valueCacheBytes;
            compression = options.compression;
            writeBufferBytes = options.writeBufferBytes;
            writeBufferAge = options.writeBufferAge;
        }

        private KvsOptions finish() {
            return new KvsOptions(
                    durability,
                    syncInterval,
                    segmentLimitBytes,
                    compactionThresholdBytes,
                    spaceRatioMax,
                    automaticCompaction,
                    compactionBytesPerSecondMax,
                    skipIdenticalWrites,
                    indexBudgetBytes,
                    blobThresholdBytes,
                    valueCacheBytes,
                    compression,
                    writeBufferBytes,
                    writeBufferAge);
        }
    }
}
