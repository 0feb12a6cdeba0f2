import org.jspecify.annotations.NullMarked;

/// A persistent, log-structured key-value store. Start at {@link io.kvs.KvStore}.
@NullMarked
@SuppressWarnings("module") // the modules of qualified exports are not there when this one compiles
module io.kvs {
    requires static transitive org.jspecify;

    exports io.kvs;
    exports io.kvs.async;
    exports io.kvs.backup to
            io.kvs.testkit;
    exports io.kvs.blob to
            io.kvs.testkit;
    exports io.kvs.commit to
            io.kvs.testkit;
    exports io.kvs.compaction to
            io.kvs.testkit;
    exports io.kvs.compression to
            io.kvs.testkit;
    exports io.kvs.engine to
            io.kvs.cli,
            io.kvs.testkit;
    exports io.kvs.format to
            io.kvs.cli,
            io.kvs.testkit;
    exports io.kvs.index to
            io.kvs.testkit;
    exports io.kvs.io to
            io.kvs.cli,
            io.kvs.rocksdb,
            io.kvs.testkit;
    exports io.kvs.map;
    exports io.kvs.marker to
            io.kvs.cli,
            io.kvs.testkit;
    exports io.kvs.memory;
    exports io.kvs.oneshot to
            io.kvs.cli;
    exports io.kvs.recovery to
            io.kvs.testkit;
    exports io.kvs.run to
            io.kvs.cli,
            io.kvs.testkit;
    exports io.kvs.segment to
            io.kvs.testkit;
    exports io.kvs.transaction to
            io.kvs.rocksdb,
            io.kvs.testkit;
    exports io.kvs.tree to
            io.kvs.testkit;
    exports io.kvs.view to
            io.kvs.testkit;

    uses io.kvs.Compression;
    uses io.kvs.EngineProvider;

    provides io.kvs.Compression with
            io.kvs.lz4.Lz4Compression;
    provides io.kvs.EngineProvider with
            io.kvs.engine.KvsProvider,
            io.kvs.memory.MemoryProvider;
}
