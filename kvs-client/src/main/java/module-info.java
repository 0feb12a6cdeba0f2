import org.jspecify.annotations.NullMarked;

/// The store of a server as an engine. Start at {@link io.kvs.client.KvsClient}; `bin/kvs-client`
/// starts the program.
@NullMarked
module io.kvs.client {
    requires static transitive org.jspecify;
    requires transitive io.kvs;
    requires io.kvs.cli;
    requires io.kvs.protocol;

    exports io.kvs.client;
}
