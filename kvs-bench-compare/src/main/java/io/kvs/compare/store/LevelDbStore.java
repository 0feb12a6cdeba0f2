package io.kvs.compare.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import org.iq80.leveldb.CompressionType;
import org.iq80.leveldb.DB;
import org.iq80.leveldb.DBIterator;
import org.iq80.leveldb.Options;
import org.iq80.leveldb.WriteBatch;
import org.iq80.leveldb.WriteOptions;
import org.iq80.leveldb.impl.Iq80DBFactory;
import org.iq80.leveldb.table.BloomFilterPolicy;
import org.jspecify.annotations.Nullable;

/// LevelDB, written in Java, tuned like RocksDB as far as it can be. The log is always written; at
/// [Level#DEVICE] it is synced.
final class LevelDbStore implements OrderedStore {
    private static final int MEMTABLE_BYTES = 64 << 20;
    private static final long BLOCK_CACHE_BYTES = 512L << 20;
    private static final int BLOOM_BITS_PER_KEY = 10;

    private final DB database;
    private final WriteOptions writing;

    LevelDbStore(Path directory, Sizing sizing, Level level) throws IOException {
        Options options =
                new Options()
                        .createIfMissing(true)
                        .writeBufferSize(MEMTABLE_BYTES)
                        .cacheSize(BLOCK_CACHE_BYTES)
                        .filterPolicy(new BloomFilterPolicy(BLOOM_BITS_PER_KEY))
                        .compressionType(CompressionType.NONE);
        writing = new WriteOptions().sync(level == Level.DEVICE);
        database = Iq80DBFactory.factory.open(directory.toFile(), options);
    }

    @Override
    public void put(byte[] key, byte[] value) {
        database.put(key, value, writing);
    }

    @Override
    public void putAll(byte[][] keys, byte[][] values) {
        try (WriteBatch batch = database.createWriteBatch()) {
            for (int i = 0; i < keys.length; i++) {
                batch.put(keys[i], values[i]);
            }
            database.write(batch, writing);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return database.get(key);
    }

    @Override
    public long scan(byte @Nullable [] from, boolean reversed, long limit) {
        try (DBIterator iterator = database.iterator()) {
            if (from != null) {
                iterator.seek(from);
            } else if (reversed) {
                iterator.seekToLast();
            } else {
                iterator.seekToFirst();
            }
            return count(iterator, reversed, limit);
        }
    }

    @Override
    public void settle() {
        database.compactRange(null, null);
    }

    @Override
    public void remove(byte[] key) {
        database.delete(key, writing);
    }

    @Override
    public void close() {
        try {
            database.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long count(DBIterator iterator, boolean reversed, long limit) {
        long count = 0;
        while (count < limit && (reversed ? iterator.hasPrev() : iterator.hasNext())) {
            Map.Entry<byte[], byte[]> entry = reversed ? iterator.prev() : iterator.next();
            count += entry.getKey().length > 0 && entry.getValue() != null ? 1 : 0;
        }
        return count;
    }
}
