package io.kvs.rocksdb;

import io.kvs.EngineOptions;
import io.kvs.OrderedKvsEngine;
import io.kvs.testkit.TransactionContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// The engine's transactions.
final class RocksDbTransactionTest extends TransactionContract {
    @TempDir private Path directory;

    @Override
    protected OrderedKvsEngine open() {
        return RocksDbEngine.open(directory, EngineOptions.defaults());
    }
}
