package io.kvs.contract;

import io.kvs.OrderedKvsEngine;
import io.kvs.memory.MemoryEngine;
import io.kvs.testkit.TransactionContract;

/// The memory engine's transactions.
final class MemoryEngineTransactionTest extends TransactionContract {
    @Override
    protected OrderedKvsEngine open() {
        return new MemoryEngine();
    }
}
