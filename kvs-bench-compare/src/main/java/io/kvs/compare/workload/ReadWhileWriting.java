package io.kvs.compare.workload;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Scale;
import io.kvs.compare.store.Store;
import java.util.List;
import java.util.SplittableRandom;

/// One thread reads random keys while another one overwrites random keys.
record ReadWhileWriting() implements Workload {
    @Override
    public String name() {
        return "rww";
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
        SplittableRandom random = new SplittableRandom(1);
        Reading reading = new Reading(store, entries);
        Operation put = Overwrite.operation(2, store, entries, scale);
        long turnsMax = Workloads.turns(scale);
        return List.of(
                Lane.sampled(
                        "rww_read", turnsMax, _ -> reading.read(random.nextLong(scale.keys()))),
                Lane.sampled("rww_write", turnsMax, put));
    }
}
