package io.kvs.compare.workload;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Scale;
import io.kvs.compare.data.Zipf;
import io.kvs.compare.store.Store;
import java.util.List;
import java.util.SplittableRandom;

/// Workload D of YCSB: two threads read, the newest keys most often, and insert one in 20 times.
record ReadRecent() implements Workload {
    private static final int THREADS = 2;

    @Override
    public String name() {
        return "ycsb_d";
    }

    @Override
    public Content before() {
        return Content.GROWN;
    }

    @Override
    public Content after() {
        return Content.GROWN;
    }

    @Override
    public List<Lane> lanes(Store store, Entries entries, Scale scale) {
        Zipf zipf = new Zipf(scale.keys());
        Insertions insertions = new Insertions(store, entries, scale.keys(), THREADS);
        long turnsMax = Workloads.turns(scale) / THREADS;
        return Lane.each(
                THREADS,
                thread -> {
                    SplittableRandom random = new SplittableRandom(thread);
                    Reading reading = new Reading(store, entries);
                    Operation read = _ -> reading.read(insertions.end() - 1 - zipf.rank(random));
                    return Lane.sampled(name(), turnsMax, insertions.atTimes(thread, read));
                });
    }
}
