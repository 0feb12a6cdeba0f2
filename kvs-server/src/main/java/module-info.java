import org.jspecify.annotations.NullMarked;

/// The server: an engine over the network. Start at {@link io.kvs.server.KvsServer}.
@NullMarked
@SuppressWarnings("requires-automatic") // LuaJ, for scripts, has no descriptor of its own.
module io.kvs.server {
    requires static transitive org.jspecify;
    requires info.picocli;
    requires transitive io.kvs;
    requires io.kvs.protocol;
    requires jdk.httpserver;
    requires luaj.jme;

    exports io.kvs.server;
    exports io.kvs.server.access;
    exports io.kvs.server.log;
    exports io.kvs.server.pool;
}
