package io.kvs.compare.workload;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Indexes;
import io.kvs.compare.data.Scale;
import io.kvs.compare.data.Zipf;
import io.kvs.compare.store.Store;
import java.util.List;
import java.util.SplittableRandom;

/// Workload F of YCSB: two threads read popular keys more often than others, and half of the time
/// write a value made from the one they have read.
record ReadModifyWrite() implements Workload {
    private static final int THREADS = 2;

    @Override
    public String name() {
        return "ycsb_f";
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
        Indexes zipf = new Zipf(scale.keys());
        long turnsMax = Workloads.turns(scale) / THREADS;
        return Lane.each(
                THREADS,
                thread -> Lane.sampled(name(), turnsMax, operation(thread, store, entries, zipf)));
    }

    private static Operation operation(int thread, Store store, Entries entries, Indexes zipf) {
        SplittableRandom random = new SplittableRandom(thread);
        Reading reading = new Reading(store, entries);
        return _ -> {
            long index = zipf.next(random);
            if (random.nextBoolean()) {
                long version = reading.version(index);
                store.put(entries.key(index), entries.value(index, version + 1));
            } else {
                reading.read(index);
            }
        };
    }
}
