package io.kvs.contract;

import io.kvs.KvsOptions;
import java.time.Duration;

/// Options under which a short test meets rotation, sealing, merging and compaction.
final class StoreOptions {
    /// Small segments and eager compaction.
    static final KvsOptions SMALL_SEGMENTS =
            KvsOptions.defaults()
                    .withSegmentLimitBytes(64 << 10)
                    .withCompactionThresholdBytes(16 << 10);

    /// The same with next to no memory for the index.
    static final KvsOptions NO_INDEX_BUDGET = SMALL_SEGMENTS.withIndexBudgetBytes(0);

    /// The same as the first with a small cache of values.
    static final KvsOptions VALUE_CACHE = SMALL_SEGMENTS.withValueCacheBytes(256 << 10);

    /// The same as the first, compressing.
    static final KvsOptions COMPRESSED = SMALL_SEGMENTS.withCompression("lz4");

    /// The same as the first with a small write buffer, which time does not empty within a test.
    static final KvsOptions WRITE_BUFFER =
            SMALL_SEGMENTS.withWriteBuffer(8 << 10, Duration.ofMinutes(10));

    private StoreOptions() {}
}
