package io.kvs.engine;

import io.kvs.EngineOptions;
import io.kvs.EngineProvider;
import io.kvs.KvStore;
import io.kvs.KvsEngine;
import io.kvs.KvsOptions;
import java.nio.file.Path;

/// Opens {@link KvStore} by name.
public final class KvsProvider implements EngineProvider {
    /// Makes it.
    public KvsProvider() {}

    @Override
    public String name() {
        return "kvs";
    }

    @Override
    public String description() {
        return "log-structured: a log of all writes, with ordered scans, snapshots and"
                + " transactions";
    }

    @Override
    public KvsEngine open(Path directory, EngineOptions options) {
        return KvStore.open(
                directory,
                KvsOptions.defaults()
                        .withDurability(options.durability())
                        .withSyncInterval(options.syncInterval()));
    }
}
