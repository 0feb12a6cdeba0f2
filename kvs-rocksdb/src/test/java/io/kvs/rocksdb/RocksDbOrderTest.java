package io.kvs.rocksdb;

import io.kvs.EngineOptions;
import io.kvs.OrderedKvsEngine;
import io.kvs.testkit.OrderedKvsEngineContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// The engine's scans and snapshots.
final class RocksDbOrderTest extends OrderedKvsEngineContract {
    @TempDir private Path directory;

    @Override
    protected OrderedKvsEngine open() {
        return RocksDbEngine.open(directory, EngineOptions.defaults());
    }
}
