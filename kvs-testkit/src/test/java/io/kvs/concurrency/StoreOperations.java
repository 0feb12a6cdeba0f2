package io.kvs.concurrency;

import io.kvs.KvsOptions;
import io.kvs.engine.LogStore;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// What Lincheck does to a store whose segments are so small that they are full after a few writes:
/// a subclass says which operations.
public abstract class StoreOperations {
    private static final int SEGMENT_BYTES = 4096;

    /// What the invocation before left open: the next one closes it.
    private static @Nullable StoreOperations last;

    private final SimulatedDisk disk = new SimulatedDisk(1);
    final LogStore store;

    StoreOperations(KvsOptions options) {
        closeLast();
        store =
                LogStore.open(
                        disk,
                        options.withSegmentLimitBytes(SEGMENT_BYTES),
                        new StepBackground(),
                        new SplittableRandom(1));
        last = this;
    }

    private static void closeLast() {
        StoreOperations open = last;
        if (open != null) {
            open.store.close();
            open.disk.discard();
        }
    }
}
