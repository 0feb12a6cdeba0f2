package io.kvs.compare.workload;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Scale;
import io.kvs.compare.store.OrderedStore;
import io.kvs.compare.store.Store;
import java.util.List;
import java.util.SplittableRandom;

/// Scans in key order, and reads every key and value on the way: all entries, or ranges from random
/// keys on.
///
/// @param name its name
/// @param reversed whether to go backwards
/// @param rangeEntries how many entries a range has, or 0 to scan all
/// @param settled whether what was loaded is compacted first
record Scanning(String name, boolean reversed, int rangeEntries, boolean settled)
        implements Workload {
    private static final int WHOLE_SCANS_MAX = 3;

    @Override
    public Content before() {
        return Content.LOADED;
    }

    @Override
    public Content after() {
        return Content.LOADED;
    }

    @Override
    public boolean needsOrder() {
        return true;
    }

    @Override
    public List<Lane> lanes(Store store, Entries entries, Scale scale) {
        OrderedStore ordered = (OrderedStore) store;
        if (settled) {
            ordered.settle();
        }
        return List.of(rangeEntries == 0 ? whole(ordered, scale) : ranges(ordered, entries, scale));
    }

    private Lane whole(OrderedStore store, Scale scale) {
        long keys = scale.keys();
        return Lane.timed(
                name,
                WHOLE_SCANS_MAX,
                Math.toIntExact(keys),
                _ -> check(store.scan(null, reversed, Long.MAX_VALUE), keys));
    }

    private Lane ranges(OrderedStore store, Entries entries, Scale scale) {
        SplittableRandom random = new SplittableRandom(1);
        return Lane.timed(
                name,
                Workloads.turns(scale) / rangeEntries,
                rangeEntries,
                _ ->
                        store.scan(
                                entries.key(random.nextLong(scale.keys())),
                                reversed,
                                rangeEntries));
    }

    private void check(long found, long expected) {
        if (found != expected) {
            throw new IllegalStateException(name + " found " + found + " of " + expected);
        }
    }
}
