import org.jspecify.annotations.NullMarked;

/// The compression `zstd`: values of a store compressed with Zstandard.
@NullMarked
module io.kvs.zstd {
    requires static org.jspecify;
    requires transitive io.kvs;
    requires com.github.luben.zstd_jni;

    exports io.kvs.zstd;

    provides io.kvs.Compression with
            io.kvs.zstd.ZstdCompression;
}
