package io.kvs.rocksdb;

import io.kvs.EngineOptions;
import io.kvs.EngineProvider;
import io.kvs.KvsEngine;
import java.nio.file.Path;

/// Opens {@link RocksDbEngine} by name.
public final class RocksDbProvider implements EngineProvider {
    /// Makes it.
    public RocksDbProvider() {}

    @Override
    public String name() {
        return "rocksdb";
    }

    @Override
    public String description() {
        return "RocksDB: an LSM tree, with ordered scans, snapshots and transactions";
    }

    @Override
    public KvsEngine open(Path directory, EngineOptions options) {
        return RocksDbEngine.open(directory, options);
    }
}
