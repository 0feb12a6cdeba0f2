import org.jspecify.annotations.NullMarked;

/// The store of a server as an engine. Start at {@link io.kvs.client.KvsClient}.
@NullMarked
module io.kvs.client {
    requires static transitive org.jspecify;
    requires transitive io.kvs;
    requires io.kvs.protocol;

    exports io.kvs.client;
}
