package io.kvs.compare.store;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.RocksObject;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// RocksDB, at its defaults or tuned. The write-ahead log is on; at [Level#DEVICE] it is synced.
final class RocksDbStore implements OrderedStore {
    static final List<String> JVM_FLAGS = List.of("--enable-native-access=ALL-UNNAMED");

    private static final long MEMTABLE_BYTES = 128L << 20;
    private static final int MEMTABLES_MAX = 3;
    private static final long BLOCK_CACHE_BYTES = 512L << 20;
    private static final int BLOOM_BITS_PER_KEY = 10;
    private static final int BACKGROUND_JOBS_MAX = 2;

    private final Options options;
    private final List<RocksObject> parts;
    private final WriteOptions writing;
    private final ReadOptions reading = new ReadOptions();
    private final RocksDB database;

    private RocksDbStore(Path directory, Level level, Options options, List<RocksObject> parts) {
        this.options = options.setCreateIfMissing(true);
        this.parts = parts;
        writing = new WriteOptions().setSync(level == Level.DEVICE);
        try {
            database = RocksDB.open(options, directory.toString());
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Opens it as it is without any setting.
    static RocksDbStore byDefault(Path directory, Sizing sizing, Level level) {
        loadLibrary();
        return new RocksDbStore(directory, level, new Options(), List.of());
    }

    /// Opens it with large memtables, a large block cache, Bloom filters, and no compression
    /// because the values have none in them.
    static RocksDbStore tuned(Path directory, Sizing sizing, Level level) {
        loadLibrary();
        LRUCache cache = new LRUCache(BLOCK_CACHE_BYTES);
        BloomFilter filter = new BloomFilter(BLOOM_BITS_PER_KEY);
        Options options =
                new Options()
                        .setWriteBufferSize(MEMTABLE_BYTES)
                        .setMaxWriteBufferNumber(MEMTABLES_MAX)
                        .setMaxBackgroundJobs(BACKGROUND_JOBS_MAX)
                        .setCompressionType(CompressionType.NO_COMPRESSION)
                        .setTableFormatConfig(
                                new BlockBasedTableConfig()
                                        .setBlockCache(cache)
                                        .setFilterPolicy(filter));
        return new RocksDbStore(directory, level, options, List.of(filter, cache));
    }

    static void loadLibrary() {
        RocksDB.loadLibrary();
    }

    @Override
    public void put(byte[] key, byte[] value) {
        try {
            database.put(writing, key, value);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void putAll(byte[][] keys, byte[][] values) {
        try (WriteBatch batch = new WriteBatch()) {
            for (int i = 0; i < keys.length; i++) {
                batch.put(keys[i], values[i]);
            }
            database.write(writing, batch);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        try {
            return database.get(reading, key);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public long scan(byte @Nullable [] from, boolean reversed, long limit) {
        long count = 0;
        try (RocksIterator iterator = database.newIterator(reading)) {
            if (from == null && reversed) {
                iterator.seekToLast();
            } else if (from == null) {
                iterator.seekToFirst();
            } else if (reversed) {
                iterator.seekForPrev(from);
            } else {
                iterator.seek(from);
            }
            for (; count < limit && iterator.isValid(); count++) {
                if (iterator.key().length == 0 || iterator.value() == null) {
                    throw new IllegalStateException("no entry");
                }
                if (reversed) {
                    iterator.prev();
                } else {
                    iterator.next();
                }
            }
        }
        return count;
    }

    @Override
    public void settle() {
        try {
            database.compactRange();
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void remove(byte[] key) {
        try {
            database.delete(writing, key);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        database.close();
        reading.close();
        writing.close();
        options.close();
        parts.forEach(RocksObject::close);
    }
}
