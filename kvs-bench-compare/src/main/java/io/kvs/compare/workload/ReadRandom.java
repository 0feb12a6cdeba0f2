package io.kvs.compare.workload;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Indexes;
import io.kvs.compare.data.Scale;
import io.kvs.compare.store.Store;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongFunction;

/// Reads random keys.
///
/// @param name its name
/// @param threads how many threads read
/// @param choice how they choose among so many keys
/// @param settled whether what was loaded is compacted first
record ReadRandom(String name, int threads, LongFunction<Indexes> choice, boolean settled)
        implements Workload {
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
        if (settled) {
            store.settle();
        }
        Indexes indexes = choice.apply(scale.keys());
        long turnsMax = Workloads.turns(scale) / threads;
        return Lane.each(
                threads,
                thread -> Lane.sampled(name, turnsMax, read(thread, store, entries, indexes)));
    }

    private static Operation read(int thread, Store store, Entries entries, Indexes indexes) {
        SplittableRandom random = new SplittableRandom(thread);
        Reading reading = new Reading(store, entries);
        return _ -> reading.read(indexes.next(random));
    }
}
