package io.kvs.contract;

import io.kvs.KvStore;
import io.kvs.OrderedKvsEngine;
import io.kvs.testkit.TransactionContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// The store's transactions, on a real disk with default options.
final class KvStoreTransactionTest extends TransactionContract {
    @TempDir private Path directory;

    @Override
    protected OrderedKvsEngine open() {
        return KvStore.open(directory);
    }
}
