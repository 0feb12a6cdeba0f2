package io.kvs.compare.workload;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Indexes;
import io.kvs.compare.data.Scale;
import io.kvs.compare.data.WrongValueException;
import io.kvs.compare.data.Zipf;
import io.kvs.compare.store.OrderedStore;
import io.kvs.compare.store.Store;
import java.util.List;
import java.util.SplittableRandom;

/// Workload E of YCSB: two threads scan up to 100 entries, from popular keys more often than from
/// others, and insert one in 20 times. A rate counts scans, not entries.
record ScanRanges() implements Workload {
    private static final int THREADS = 2;
    private static final int RANGE_ENTRIES_MAX = 100;

    @Override
    public String name() {
        return "ycsb_e";
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
    public boolean needsOrder() {
        return true;
    }

    @Override
    public List<Lane> lanes(Store store, Entries entries, Scale scale) {
        Indexes zipf = new Zipf(scale.keys());
        long firstInsert = scale.keys() + Insertions.max(scale);
        Insertions insertions = new Insertions(store, entries, firstInsert, THREADS);
        long turnsMax = Workloads.turns(scale) / THREADS;
        return Lane.each(
                THREADS,
                thread -> {
                    SplittableRandom random = new SplittableRandom(thread);
                    Operation scan =
                            _ -> scan((OrderedStore) store, entries, zipf.next(random), random);
                    return Lane.sampled(name(), turnsMax, insertions.atTimes(thread, scan));
                });
    }

    private static void scan(
            OrderedStore store, Entries entries, long index, SplittableRandom random) {
        int limit = random.nextInt(RANGE_ENTRIES_MAX) + 1;
        if (store.scan(entries.key(index), false, limit) == 0) {
            throw new WrongValueException(index, "an empty range");
        }
    }
}
