import org.jspecify.annotations.NullMarked;

/// The command line `kvs`; `bin/kvs` starts it.
@NullMarked
module io.kvs.cli {
    requires static org.jspecify;
    requires info.picocli;
    requires io.kvs;
    requires me.tongfei.progressbar;
    requires tools.jackson.core;

    opens io.kvs.cli to
            info.picocli;
}
