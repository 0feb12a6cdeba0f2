package io.kvs.compare.workload;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Scale;
import io.kvs.compare.store.Store;
import java.util.List;

/// Stores new keys in random order.
record FillRandom() implements Workload {
    @Override
    public String name() {
        return "fillrandom";
    }

    @Override
    public Content before() {
        return Content.EMPTY;
    }

    @Override
    public Content after() {
        return Content.FIRST_KEYS;
    }

    @Override
    public List<Lane> lanes(Store store, Entries entries, Scale scale) {
        Operation put = turn -> store.put(entries.key(turn), entries.value(turn, 0));
        return List.of(Lane.sampled(name(), scale.keys(), put));
    }
}
