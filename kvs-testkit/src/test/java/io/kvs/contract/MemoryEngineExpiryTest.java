package io.kvs.contract;

import io.kvs.memory.MemoryEngine;
import io.kvs.testkit.ExpiryContract;
import java.time.InstantSource;

/// The memory engine's times to live.
final class MemoryEngineExpiryTest extends ExpiryContract<MemoryEngine> {
    @Override
    protected MemoryEngine open(InstantSource time) {
        return new MemoryEngine(time);
    }

    @Override
    protected MemoryEngine reopen(MemoryEngine engine, InstantSource time) {
        return engine;
    }
}
