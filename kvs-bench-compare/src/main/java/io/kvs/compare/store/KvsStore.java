package io.kvs.compare.store;

import io.kvs.Cursor;
import io.kvs.Durability;
import io.kvs.KvStore;
import io.kvs.KvsOptions;
import io.kvs.Scan;
import io.kvs.WriteBatch;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// kvs at its defaults, but for the durability and the compression.
final class KvsStore implements OrderedStore {
    private final KvStore store;

    private KvsStore(Path directory, Level level, KvsOptions options) {
        Durability durability =
                switch (level) {
                    case PROCESS -> Durability.PROCESS;
                    case DEVICE -> Durability.SYNC;
                };
        store = KvStore.open(directory, options.withDurability(durability));
    }

    /// Opens it as it is.
    static KvsStore plain(Path directory, Sizing sizing, Level level) {
        return new KvsStore(directory, level, KvsOptions.defaults());
    }

    /// Opens it to compress with what is built in.
    static KvsStore lz4(Path directory, Sizing sizing, Level level) {
        return new KvsStore(directory, level, KvsOptions.defaults().withCompression("lz4"));
    }

    /// Opens it to compress with Zstandard.
    static KvsStore zstd(Path directory, Sizing sizing, Level level) {
        return new KvsStore(directory, level, KvsOptions.defaults().withCompression("zstd"));
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
    public long scan(byte @Nullable [] from, boolean reversed, long limit) {
        Scan scan = Scan.all().limit(limit);
        if (reversed) {
            scan = from == null ? scan.reversed() : scan.to(from).reversed();
        } else if (from != null) {
            scan = scan.from(from);
        }
        long count = 0;
        try (Cursor cursor = store.scan(scan)) {
            while (cursor.next()) {
                count += cursor.key().length > 0 && cursor.value() != null ? 1 : 0;
            }
        }
        return count;
    }

    @Override
    public void settle() {
        store.compact();
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
