package io.kvs.compare.workload;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Scale;
import io.kvs.compare.store.Store;
import java.util.List;

/// Removes each key once, in an order that has nothing to do with the order of writing.
record Delete() implements Workload {
    /// A prime larger than any number of keys: stepping by it visits each of them once.
    private static final long STRIDE = 2_654_435_761L;

    @Override
    public String name() {
        return "delete";
    }

    @Override
    public Content before() {
        return Content.GROWN;
    }

    @Override
    public Content after() {
        return Content.SCRAPS;
    }

    @Override
    public List<Lane> lanes(Store store, Entries entries, Scale scale) {
        Operation remove = turn -> store.remove(entries.key(turn * STRIDE % scale.keys()));
        return List.of(Lane.sampled(name(), scale.keys(), remove));
    }
}
