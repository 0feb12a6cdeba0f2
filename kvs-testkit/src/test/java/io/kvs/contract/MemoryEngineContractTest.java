package io.kvs.contract;

import io.kvs.KvsEngine;
import io.kvs.memory.MemoryEngine;
import io.kvs.testkit.KvsEngineContract;

/// The memory engine, as any engine, as far as nothing has to outlive it.
final class MemoryEngineContractTest extends KvsEngineContract {
    @Override
    protected KvsEngine open() {
        return new MemoryEngine();
    }

    @Override
    protected boolean isDurable() {
        return false;
    }
}
