package io.kvs.compare.workload;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Scale;
import io.kvs.compare.store.Store;
import java.util.List;
import java.util.SplittableRandom;

/// Reads random keys right after random ones were overwritten, as many as there are keys or for as
/// long as a workload takes, outside of the measured time.
record ReadAfterOverwriting() implements Workload {
    private static final long SEED = 7;
    private static final double NANOS_PER_SECOND = 1e9;

    @Override
    public String name() {
        return "readafter";
    }

    @Override
    public Content before() {
        return Content.LOADED;
    }

    @Override
    public Content after() {
        return Content.LOADED;
    }

    @Override
    public List<Lane> lanes(Store store, Entries entries, Scale scale) {
        overwrite(store, entries, scale);
        SplittableRandom random = new SplittableRandom(1);
        Reading reading = new Reading(store, entries);
        return List.of(
                Lane.sampled(
                        name(),
                        Workloads.turns(scale),
                        _ -> reading.read(random.nextLong(scale.keys()))));
    }

    private static void overwrite(Store store, Entries entries, Scale scale) {
        Operation put = Overwrite.operation(SEED, store, entries, scale);
        long deadline = System.nanoTime() + (long) (scale.seconds() * NANOS_PER_SECOND);
        for (long turn = 0; turn < scale.keys() && System.nanoTime() < deadline; turn++) {
            put.run(turn);
        }
    }
}
