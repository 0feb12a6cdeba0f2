package io.kvs.concurrency;

import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/// A whole store under synced writes: group commit lets writers go together, and no reader sees
/// what a power cut could still take back.
final class StoreLincheckTest {
    @Test
    void syncedOperation_underStress_isLinearizable() {
        new StressOptions()
                .iterations(10)
                .invocationsPerIteration(200)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .sequentialSpecification(SyncedOperations.Model.class)
                .check(SyncedOperations.class);
    }
}
