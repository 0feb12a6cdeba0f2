package io.kvs.contract;

import io.kvs.KvStore;
import io.kvs.OrderedKvsEngine;
import io.kvs.testkit.OrderedKvsEngineContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// The store, as an ordered engine, with small segments and eager compaction that compresses, on a
/// real disk.
final class CompressedOrderTest extends OrderedKvsEngineContract {
    @TempDir private Path directory;

    @Override
    protected OrderedKvsEngine open() {
        return KvStore.open(directory, StoreOptions.COMPRESSED);
    }
}
