package io.kvs.compare.workload;

import io.kvs.compare.store.OrderedStore;
import java.util.Arrays;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// A sorted map as a store, which may be made to err.
class MemoryStore implements OrderedStore {
    final ConcurrentNavigableMap<byte[], byte[]> entries =
            new ConcurrentSkipListMap<>(Arrays::compareUnsigned);

    @Override
    public void put(byte[] key, byte[] value) {
        entries.put(key, value);
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return entries.get(key);
    }

    @Override
    public long scan(byte @Nullable [] from, boolean reversed, long limit) {
        ConcurrentNavigableMap<byte[], byte[]> range =
                from == null ? entries : entries.tailMap(from);
        return range.keySet().stream().limit(limit).count();
    }

    @Override
    public void remove(byte[] key) {
        entries.remove(key);
    }

    @Override
    public void close() {}
}
