package io.kvs.concurrency;

import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/// A whole store from several threads.
final class StoreLincheckTest {
    /// Group commit lets writers go together, and no reader sees what a power cut could still take
    /// back.
    @Test
    void syncedOperation_underStress_isLinearizable() {
        check(200, SyncedOperations.class, SyncedOperations.Model.class);
    }

    /// Look and change are one step.
    @Test
    void compareAndSet_underStress_isLinearizable() {
        check(2_000, ExchangeOperations.class, ExchangeOperations.Model.class);
    }

    /// All that is read from a snapshot, or by a scan, is read at one moment.
    @Test
    void snapshot_underStress_isLinearizable() {
        check(500, SnapshotOperations.class, SnapshotOperations.Model.class);
    }

    /// Whether a write is still in the buffer is nothing that anybody can tell.
    @Test
    void bufferedOperation_underStress_isLinearizable() {
        check(1_000, BufferedOperations.class, BufferedOperations.Model.class);
    }

    private static void check(int invocations, Class<?> operations, Class<?> model) {
        new StressOptions()
                .iterations(10)
                .invocationsPerIteration(invocations)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .sequentialSpecification(model)
                .check(operations);
    }
}
