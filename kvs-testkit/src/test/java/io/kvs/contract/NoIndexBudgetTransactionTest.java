package io.kvs.contract;

import io.kvs.KvStore;
import io.kvs.OrderedKvsEngine;
import io.kvs.testkit.TransactionContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// The transactions of the store with next to no memory for its index and small segments, on a real
/// disk.
final class NoIndexBudgetTransactionTest extends TransactionContract {
    @TempDir private Path directory;

    @Override
    protected OrderedKvsEngine open() {
        return KvStore.open(directory, StoreOptions.NO_INDEX_BUDGET);
    }
}
