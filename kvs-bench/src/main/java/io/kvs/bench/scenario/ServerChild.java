package io.kvs.bench.scenario;

import io.kvs.KvStore;
import io.kvs.server.KvsServer;
import io.kvs.server.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/// A server of a filled store, in a process of its own.
record ServerChild(ChildJvm child, InetSocketAddress address) implements AutoCloseable {
    private static final String NAME = "server-child";

    /// Starts one with a store in a directory.
    static ServerChild start(Path directory, int keys) throws IOException {
        ChildJvm child =
                ChildJvm.start(
                        List.of("-Xmx512m", "-XX:+UseSerialGC"),
                        NAME,
                        Integer.toString(keys),
                        directory.toString());
        return new ServerChild(child, child.address());
    }

    /// Serves a store until the process is killed.
    static void serve(String directory, int keys) throws IOException {
        KvStore store = KvStore.open(Path.of(directory));
        Entries.fill(store, keys);
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        KvsServer server =
                KvsServer.open(store, ServerOptions.builder().address(anyPort).loops(1).build());
        System.out.println(server.address().getPort());
    }

    @Override
    public void close() throws IOException {
        try (child) {
            child.kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
