package io.kvs.compare.store;

import io.kvs.Durability;
import io.kvs.KvStore;
import io.kvs.KvsOptions;
import io.kvs.WriteBatch;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// kvs at its defaults, but for the durability.
final class KvsStore implements Store {
    private final KvStore store;

    KvsStore(Path directory, Sizing sizing, Level level) {
        Durability durability =
                switch (level) {
                    case PROCESS -> Durability.PROCESS;
                    case DEVICE -> Durability.SYNC;
                };
        store = KvStore.open(directory, KvsOptions.defaults().withDurability(durability));
    }

    @Override
    public void put(byte[] key, byte[] value) {
        store.set(key, value);
    }

    @Override
    public void putAll(byte[][] keys, byte[][] values) {
        WriteBatch batch = new WriteBatch();
        for (int i = 0; i < keys.length; i++) {
            batch.set(keys[i], values[i]);
        }
        store.write(batch);
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return store.get(key).orElse(null);
    }

    @Override
    public void remove(byte[] key) {
        store.remove(key);
    }

    @Override
    public void close() {
        store.close();
    }
}
