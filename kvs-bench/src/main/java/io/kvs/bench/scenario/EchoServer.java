package io.kvs.bench.scenario;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;

/// The least that a server can do, in a process of its own: it takes one connection after the
/// other, and sends back what it gets. It tells what a client costs all others on the machine
/// whatever it talks to.
record EchoServer(ChildJvm child, InetSocketAddress address) implements AutoCloseable {
    private static final String NAME = "echo-child";
    private static final int BACKLOG = 1_024;

    static EchoServer start() throws IOException {
        ChildJvm child = ChildJvm.start(List.of("-Xmx64m", "-XX:+UseSerialGC"), NAME, "0");
        return new EchoServer(child, child.address());
    }

    /// Sends back what comes until the process is killed.
    static void serve() throws IOException {
        try (ServerSocket listener =
                new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress())) {
            System.out.println(listener.getLocalPort());
            while (true) {
                try (Socket client = listener.accept()) {
                    client.setTcpNoDelay(true);
                    client.getInputStream().transferTo(client.getOutputStream());
                } catch (IOException _) {
                    // The client has gone without taking leave.
                }
            }
        }
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
