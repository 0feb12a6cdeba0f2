package io.kvs.compare.workload;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Scale;
import io.kvs.compare.store.Store;
import java.util.List;
import java.util.SplittableRandom;

/// Stores new values under random keys that are there already.
///
/// @param threads how many threads write
record Overwrite(int threads) implements Workload {
    private static final long SEED = 3;

    @Override
    public String name() {
        return threads == 1 ? "overwrite" : "overwrite" + threads;
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
        return Lane.each(
                threads,
                thread ->
                        Lane.sampled(
                                name(),
                                scale.keys() / threads,
                                operation(SEED + thread, store, entries, scale)));
    }

    /// Returns what one thread does; `seed` decides which keys it takes.
    static Operation operation(long seed, Store store, Entries entries, Scale scale) {
        SplittableRandom random = new SplittableRandom(seed);
        return turn -> {
            long index = random.nextLong(scale.keys());
            store.put(entries.key(index), entries.value(index, turn + 1));
        };
    }
}
