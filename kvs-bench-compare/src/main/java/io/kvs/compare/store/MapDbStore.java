package io.kvs.compare.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.mapdb.DB;
import org.mapdb.DBMaker;
import org.mapdb.HTreeMap;
import org.mapdb.Serializer;

/// The hash map of MapDB in a mapped file.
///
/// At [Level#PROCESS] it has no transactions, since its log syncs each commit: what is written is
/// in the mapping, and after a kill the file is opened although its header says that it was not
/// closed. At [Level#DEVICE] each write is a transaction.
final class MapDbStore implements Store {
    private static final int ALLOCATION_STEP_BYTES = 64 << 20;

    private final DB database;
    private final HTreeMap<byte[], byte[]> map;
    private final boolean synced;

    MapDbStore(Path directory, Sizing sizing, Level level) {
        synced = level == Level.DEVICE;
        DBMaker.Maker maker =
                DBMaker.fileDB(directory.resolve("map.db").toFile())
                        .fileMmapEnable()
                        .fileMmapPreclearDisable()
                        .allocateIncrement(ALLOCATION_STEP_BYTES)
                        .checksumHeaderBypass();
        database = synced ? maker.transactionEnable().make() : maker.make();
        map =
                database.hashMap("entries", Serializer.BYTE_ARRAY, Serializer.BYTE_ARRAY)
                        .valueInline()
                        .createOrOpen();
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
    public void remove(byte[] key) {
        map.remove(key);
        acknowledge();
    }

    @Override
    public void close() {
        database.close();
    }

    private void acknowledge() {
        if (synced) {
            database.commit();
        }
    }
}
