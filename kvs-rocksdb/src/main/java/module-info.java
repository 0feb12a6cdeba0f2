import org.jspecify.annotations.NullMarked;

/// The engine `rocksdb`: everything that is asked of an engine, on RocksDB.
@NullMarked
module io.kvs.rocksdb {
    requires static org.jspecify;
    requires transitive io.kvs;
    requires rocksdbjni;

    exports io.kvs.rocksdb;

    provides io.kvs.EngineProvider with
            io.kvs.rocksdb.RocksDbProvider;
}
