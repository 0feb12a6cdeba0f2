package io.kvs.rocksdb;

import io.kvs.Durability;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.rocksdb.AbstractImmutableNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/// An open RocksDB and all the native objects that belong to it.
///
/// Values are in the default column family; another one is the index of times of expiry. The
/// configuration is for a machine that has other things to do as well: a block cache of 256 MiB
/// that also holds indexes and filters, memtables of 64 MiB, Bloom filters, blocks of 16 KiB, LZ4,
/// and Zstandard for the last level.
final class Database implements AutoCloseable {
    private static final long BLOCK_CACHE_BYTES = 256L << 20;
    private static final int BLOCK_BYTES = 16 << 10;
    private static final long MEMTABLE_BYTES = 64L << 20;
    private static final int MEMTABLES_MAX = 4;
    private static final long WAL_BYTES_MAX = 512L << 20;
    private static final long SYNC_STEP_BYTES = 1L << 20;
    private static final int BLOOM_BITS_PER_KEY = 10;
    private static final int LOG_FILES_KEPT = 3;
    private static final byte[] TIMES_NAME = {'t', 'i', 'm', 'e', 's'};

    /// In the order in which they are released.
    private final Deque<AbstractImmutableNativeReference> natives = new ArrayDeque<>();

    final RocksDB rocks;
    final ColumnFamilyHandle values;
    final ColumnFamilyHandle times;
    final WriteOptions writing;

    /// For what may be lost in a power cut, since it will be done again.
    final WriteOptions lazyWriting;

    final ReadOptions reading;

    /// For going over everything: what is read once would only drive out what is read often.
    final ReadOptions sweeping;

    /// Opens it; creates it if there is none.
    Database(String directory, Durability durability) throws RocksDBException {
        RocksDB.loadLibrary();
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try {
            ColumnFamilyOptions families = add(familyOptions());
            DBOptions options = add(options());
            writing = add(new WriteOptions().setSync(durability == Durability.SYNC));
            lazyWriting = add(new WriteOptions());
            reading = add(new ReadOptions());
            sweeping = add(new ReadOptions().setFillCache(false));
            rocks =
                    RocksDB.open(
                            options,
                            directory,
                            List.of(
                                    new ColumnFamilyDescriptor(
                                            RocksDB.DEFAULT_COLUMN_FAMILY, families),
                                    new ColumnFamilyDescriptor(TIMES_NAME, families)),
                            handles);
        } catch (RocksDBException | RuntimeException | Error e) {
            natives.forEach(AbstractImmutableNativeReference::close);
            throw e;
        }
        natives.addFirst(rocks);
        values = handles.get(0);
        times = handles.get(1);
        natives.addFirst(values);
        natives.addFirst(times);
    }

    private ColumnFamilyOptions familyOptions() {
        LRUCache cache = add(new LRUCache(BLOCK_CACHE_BYTES));
        BloomFilter filter = add(new BloomFilter(BLOOM_BITS_PER_KEY));
        return new ColumnFamilyOptions()
                .setWriteBufferSize(MEMTABLE_BYTES)
                .setMaxWriteBufferNumber(MEMTABLES_MAX)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION)
                .setLevelCompactionDynamicLevelBytes(true)
                .setMemtableWholeKeyFiltering(true)
                .setMemtablePrefixBloomSizeRatio(0.02)
                .setTableFormatConfig(
                        new BlockBasedTableConfig()
                                .setBlockCache(cache)
                                .setBlockSize(BLOCK_BYTES)
                                .setFilterPolicy(filter)
                                .setCacheIndexAndFilterBlocks(true)
                                .setPinL0FilterAndIndexBlocksInCache(true)
                                .setOptimizeFiltersForMemory(true));
    }

    private static DBOptions options() {
        return new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setMaxBackgroundJobs(Math.max(2, Runtime.getRuntime().availableProcessors()))
                .setMaxTotalWalSize(WAL_BYTES_MAX)
                .setBytesPerSync(SYNC_STEP_BYTES)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(LOG_FILES_KEPT);
    }

    private <T extends AbstractImmutableNativeReference> T add(T reference) {
        natives.addFirst(reference);
        return reference;
    }

    /// Releases everything; nothing of it may be used any more.
    @Override
    public void close() {
        natives.forEach(AbstractImmutableNativeReference::close);
    }
}
