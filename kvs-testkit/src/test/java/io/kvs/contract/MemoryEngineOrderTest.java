package io.kvs.contract;

import io.kvs.OrderedKvsEngine;
import io.kvs.memory.MemoryEngine;
import io.kvs.testkit.OrderedKvsEngineContract;

/// The memory engine, as an ordered engine.
final class MemoryEngineOrderTest extends OrderedKvsEngineContract {
    @Override
    protected OrderedKvsEngine open() {
        return new MemoryEngine();
    }
}
