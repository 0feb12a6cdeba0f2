import org.jspecify.annotations.NullMarked;

/// The command line `kvs`; `bin/kvs` starts it.
@NullMarked
@SuppressWarnings("module") // kvs-client is not there when this one compiles
module io.kvs.cli {
    requires static transitive org.jspecify;
    requires info.picocli;
    requires transitive io.kvs;
    requires me.tongfei.progressbar;
    requires tools.jackson.core;

    exports io.kvs.cli to
            io.kvs.client;

    opens io.kvs.cli to
            info.picocli;
}
