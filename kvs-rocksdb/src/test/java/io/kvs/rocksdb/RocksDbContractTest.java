package io.kvs.rocksdb;

import io.kvs.EngineOptions;
import io.kvs.KvsEngine;
import io.kvs.testkit.KvsEngineContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// The engine.
final class RocksDbContractTest extends KvsEngineContract {
    @TempDir private Path directory;

    @Override
    protected KvsEngine open() {
        return RocksDbEngine.open(directory, EngineOptions.defaults());
    }
}
