package io.kvs.compare.workload;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Indexes;
import io.kvs.compare.data.Scale;
import io.kvs.compare.data.Zipf;
import io.kvs.compare.store.Store;
import java.util.List;
import java.util.SplittableRandom;

/// Two threads read and update popular keys more often than others, like the core workloads of
/// YCSB.
///
/// @param name its name
/// @param updatePercent how many of a hundred operations are updates
record Mixed(String name, int updatePercent) implements Workload {
    private static final int THREADS = 2;

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
                thread -> Lane.sampled(name, turnsMax, operation(thread, store, entries, zipf)));
    }

    private Operation operation(int thread, Store store, Entries entries, Indexes zipf) {
        SplittableRandom random = new SplittableRandom(thread);
        Reading reading = new Reading(store, entries);
        return turn -> {
            long index = zipf.next(random);
            if (random.nextInt(100) < updatePercent) {
                store.put(entries.key(index), entries.value(index, turn * THREADS + thread + 1));
            } else {
                reading.read(index);
            }
        };
    }
}
