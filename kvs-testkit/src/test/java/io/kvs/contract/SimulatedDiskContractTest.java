package io.kvs.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kvs.KvsEngine;
import io.kvs.KvsOptions;
import io.kvs.engine.LogStore;
import io.kvs.testkit.KvsEngineContract;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import java.util.List;
import java.util.SplittableRandom;

/// The engine on the disk that is stricter than a real one, without background work.
final class SimulatedDiskContractTest extends KvsEngineContract {
    private static final int SEGMENT_LIMIT_BYTES = 256 << 10;

    private final SimulatedDisk disk = new SimulatedDisk(1);

    @Override
    protected KvsEngine open() {
        disk.reserveForMaps(8 << 20);
        return LogStore.open(
                disk,
                KvsOptions.defaults().withSegmentLimitBytes(SEGMENT_LIMIT_BYTES),
                new StepBackground(),
                new SplittableRandom(1));
    }

    @Override
    protected int valueLengthMax() {
        return 3 << 20;
    }

    @Override
    protected void release() {
        assertEquals(List.of(), disk.openHandles(), "left open");
        disk.assertNoWritesIntoHoles();
        disk.discard();
    }
}
