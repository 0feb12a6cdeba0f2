package io.kvs.contract;

import io.kvs.KvStore;
import io.kvs.KvsOptions;
import io.kvs.OrderedKvsEngine;
import io.kvs.testkit.OrderedKvsEngineContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// The store, as an ordered engine, with next to no memory for its index and small segments, on a
/// real disk.
final class NoIndexBudgetOrderTest extends OrderedKvsEngineContract {
    private static final int SEGMENT_LIMIT_BYTES = 64 << 10;
    private static final int THRESHOLD_BYTES = 16 << 10;

    @TempDir private Path directory;

    @Override
    protected OrderedKvsEngine open() {
        KvsOptions options =
                KvsOptions.defaults()
                        .withSegmentLimitBytes(SEGMENT_LIMIT_BYTES)
                        .withCompactionThresholdBytes(THRESHOLD_BYTES)
                        .withIndexBudgetBytes(0);
        return KvStore.open(directory, options);
    }
}
