package io.kvs.compare.workload;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Scale;
import io.kvs.compare.store.Level;
import io.kvs.compare.store.Store;
import java.util.List;

/// Stores new keys, each acknowledged only when it is on stable storage.
///
/// @param threads how many threads write and wait
record Durable(int threads) implements Workload {
    @Override
    public String name() {
        return "durable" + threads;
    }

    @Override
    public Content before() {
        return Content.EMPTY;
    }

    @Override
    public Content after() {
        return Content.SCRAPS;
    }

    @Override
    public Level level() {
        return Level.DEVICE;
    }

    @Override
    public List<Lane> lanes(Store store, Entries entries, Scale scale) {
        return Lane.each(
                threads,
                thread ->
                        Lane.timed(
                                name(),
                                Math.max(scale.keys() / threads, 1),
                                1,
                                turn -> put(store, entries, turn * threads + thread)));
    }

    private static void put(Store store, Entries entries, long index) {
        store.put(entries.key(index), entries.value(index, 0));
    }
}
