package io.kvs.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;

/// Listens, and does with each connection what a test wants.
final class FakeServer implements AutoCloseable {
    private final ServerSocket socket;

    /// What to do with a connection, which is closed afterwards.
    @FunctionalInterface
    interface Talk {
        void with(InputStream in, OutputStream out, Socket socket) throws Exception;
    }

    FakeServer(Talk talk) throws IOException {
        socket = new ServerSocket();
        socket.bind(Served.anyPort());
        Thread.ofVirtual().start(() -> serve(talk));
    }

    private void serve(Talk talk) {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                talk.with(client.getInputStream(), client.getOutputStream(), client);
            } catch (SocketException e) {
                // The client has gone, or this is being closed.
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
