package io.kvs.client;

import io.kvs.EngineOptions;
import io.kvs.Engines;
import io.kvs.KvsEngine;
import io.kvs.server.KvsServer;
import io.kvs.server.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/// An engine, a server on it, and a client of that.
final class Served implements AutoCloseable {
    /// The longest value, as the contracts try it.
    private static final int VALUE_BYTES_MAX = 20 << 20;

    private final KvsEngine engine;
    private final KvsServer server;
    private final KvsClient client;

    private Served(KvsEngine engine, KvsServer server, KvsClient client) {
        this.engine = engine;
        this.server = server;
        this.client = client;
    }

    static Served open(Path directory, String engine) throws IOException {
        return open(Engines.open(directory, engine, EngineOptions.defaults()));
    }

    static Served open(KvsEngine engine) throws IOException {
        KvsServer server =
                KvsServer.open(
                        engine,
                        ServerOptions.builder()
                                .address(anyPort())
                                .valueBytesMax(VALUE_BYTES_MAX)
                                .build());
        return new Served(engine, server, connect(server));
    }

    static KvsClient connect(KvsServer server) {
        return KvsClient.open(ClientOptions.defaults().withAddress(server.address()));
    }

    static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    KvsClient client() {
        return client;
    }

    @Override
    public void close() {
        client.close();
        server.close();
        engine.close();
    }
}
