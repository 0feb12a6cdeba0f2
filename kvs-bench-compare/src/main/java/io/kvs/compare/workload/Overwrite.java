package io.kvs.compare.workload;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Scale;
import io.kvs.compare.store.Store;
import java.util.List;
import java.util.SplittableRandom;

/// Stores new values under random keys that are there already.
record Overwrite() implements Workload {
    @Override
    public String name() {
        return "overwrite";
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
        SplittableRandom random = new SplittableRandom(3);
        Operation put =
                turn -> {
                    long index = random.nextLong(scale.keys());
                    store.put(entries.key(index), entries.value(index, turn + 1));
                };
        return List.of(Lane.sampled(name(), scale.keys(), put));
    }
}
