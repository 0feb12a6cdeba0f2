package io.kvs.contract;

import io.kvs.KvStore;
import io.kvs.KvsEngine;
import io.kvs.testkit.KvsEngineContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// The store with next to no memory for its index and small segments, on a real disk.
final class NoIndexBudgetContractTest extends KvsEngineContract {
    @TempDir private Path directory;

    @Override
    protected KvsEngine open() {
        return KvStore.open(directory, StoreOptions.NO_INDEX_BUDGET);
    }
}
