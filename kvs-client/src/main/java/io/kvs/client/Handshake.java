package io.kvs.client;

import io.kvs.transport.TlsTransport;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/// The first part of a connection by TLS, with a limit of time.
final class Handshake {
    private Handshake() {}

    /// Returns when both ends have agreed how to speak. The channel does not block any more.
    ///
    /// @throws SocketTimeoutException that takes too long
    static void complete(TlsTransport transport, SocketChannel channel, Duration timeout)
            throws IOException {
        long endNanos = System.nanoTime() + timeout.toNanos();
        channel.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            while (!transport.agree()) {
                long leftMillis = (endNanos - System.nanoTime()) / 1_000_000;
                if (leftMillis <= 0) {
                    throw new SocketTimeoutException();
                }
                key.interestOps(
                        transport.isPending() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
                selector.select(leftMillis);
                selector.selectedKeys().clear();
            }
        }
    }
}
