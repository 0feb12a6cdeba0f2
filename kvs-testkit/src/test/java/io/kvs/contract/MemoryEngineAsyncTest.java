package io.kvs.contract;

import io.kvs.OrderedKvsEngine;
import io.kvs.memory.MemoryEngine;
import io.kvs.testkit.AsyncContract;

/// The asynchronous view of an engine that cannot defer its answers.
final class MemoryEngineAsyncTest extends AsyncContract {
    @Override
    protected OrderedKvsEngine open() {
        return new MemoryEngine();
    }
}
