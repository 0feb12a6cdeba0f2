package io.kvs.memory;

import io.kvs.EngineOptions;
import io.kvs.EngineProvider;
import io.kvs.KvsEngine;
import java.nio.file.Path;

/// Makes {@link MemoryEngine} by name. It has no use for a directory.
public final class MemoryProvider implements EngineProvider {
    /// Makes it.
    public MemoryProvider() {}

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String description() {
        return "everything in memory, gone when it is closed";
    }

    @Override
    public boolean isPersistent() {
        return false;
    }

    @Override
    public KvsEngine open(Path directory, EngineOptions options) {
        return new MemoryEngine();
    }
}
