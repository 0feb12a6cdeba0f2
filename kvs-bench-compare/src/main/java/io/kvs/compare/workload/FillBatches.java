package io.kvs.compare.workload;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Scale;
import io.kvs.compare.store.Level;
import io.kvs.compare.store.Store;
import java.util.List;

/// Stores new keys in random order, 100 at a time; a rate counts entries, a latency is that of a
/// batch.
///
/// @param name its name
/// @param level what an acknowledged batch survives
record FillBatches(String name, Level level) implements Workload {
    private static final int BATCH_ENTRIES = 100;

    @Override
    public Content before() {
        return Content.EMPTY;
    }

    @Override
    public Content after() {
        return Content.SCRAPS;
    }

    @Override
    public List<Lane> lanes(Store store, Entries entries, Scale scale) {
        long batches = Math.ceilDiv(scale.keys(), BATCH_ENTRIES);
        Operation putAll = turn -> putAll(store, entries, turn * BATCH_ENTRIES);
        return List.of(Lane.timed(name, batches, BATCH_ENTRIES, putAll));
    }

    private static void putAll(Store store, Entries entries, long firstIndex) {
        byte[][] keys = new byte[BATCH_ENTRIES][];
        byte[][] values = new byte[BATCH_ENTRIES][];
        for (int i = 0; i < BATCH_ENTRIES; i++) {
            keys[i] = entries.key(firstIndex + i);
            values[i] = entries.value(firstIndex + i, 0);
        }
        store.putAll(keys, values);
    }
}
