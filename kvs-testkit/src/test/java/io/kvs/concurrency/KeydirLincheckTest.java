package io.kvs.concurrency;

import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/// Readers of the keydir without a lock beside writers: every result is one that some order of the
/// calls gives. The model checker of Lincheck cannot stop a thread between two accesses to memory
/// off the heap, so this is left to the processor.
final class KeydirLincheckTest {
    @Test
    void everyOperation_underStress_isLinearizable() {
        new StressOptions()
                .iterations(15)
                .invocationsPerIteration(400)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .sequentialSpecification(KeydirOperations.Model.class)
                .check(KeydirOperations.class);
    }
}
