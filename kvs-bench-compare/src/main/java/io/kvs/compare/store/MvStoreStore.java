package io.kvs.compare.store;

import java.nio.file.Path;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.jspecify.annotations.Nullable;

/// The MVStore of H2.
///
/// At [Level#PROCESS] it runs as it is meant to: a background thread writes about once a second, or
/// when enough has been changed. That is *less* than the level asks for - a kill takes the newest
/// writes with it, and the comparison counts them. At [Level#DEVICE] each write is committed and
/// synced.
final class MvStoreStore implements OrderedStore {
    private static final int CACHE_MEGABYTES = 512;

    private final MVStore store;
    private final MVMap<byte[], byte[]> map;
    private final boolean synced;

    MvStoreStore(Path directory, Sizing sizing, Level level) {
        store =
                new MVStore.Builder()
                        .fileName(directory.resolve("store.mv").toString())
                        .cacheSize(CACHE_MEGABYTES)
                        .open();
        map =
                store.openMap(
                        "entries",
                        new MVMap.Builder<byte[], byte[]>()
                                .keyType(ByteArrayDataType.INSTANCE)
                                .valueType(ByteArrayDataType.INSTANCE));
        synced = level == Level.DEVICE;
    }

    @Override
    public void put(byte[] key, byte[] value) {
        map.put(key, value);
        acknowledge();
    }

    @Override
    public void putAll(byte[][] keys, byte[][] values) {
        for (int i = 0; i < keys.length; i++) {
            map.put(keys[i], values[i]);
        }
        acknowledge();
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return map.get(key);
    }

    @Override
    public long scan(byte @Nullable [] from, boolean reversed, long limit) {
        long count = 0;
        Cursor<byte[], byte[]> cursor = map.cursor(from, null, reversed);
        for (; count < limit && cursor.hasNext(); count++) {
            byte[] key = cursor.next();
            if (key.length == 0 || cursor.getValue() == null) {
                throw new IllegalStateException("no entry");
            }
        }
        return count;
    }

    @Override
    public void remove(byte[] key) {
        map.remove(key);
        acknowledge();
    }

    @Override
    public void close() {
        store.close();
    }

    private void acknowledge() {
        if (synced) {
            store.commit();
            store.sync();
        }
    }
}
