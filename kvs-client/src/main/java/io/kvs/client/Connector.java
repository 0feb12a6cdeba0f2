package io.kvs.client;

import io.kvs.RemoteException;
import io.kvs.StoreClosedException;
import io.kvs.protocol.rpc.RequestWriter;
import io.kvs.protocol.v1.Response;
import io.kvs.protocol.v1.Welcome;
import io.kvs.transport.PlainTransport;
import io.kvs.transport.TlsTransport;
import io.kvs.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Has a connection to the server, and makes another one when it has failed. Safe for use by
/// several threads.
final class Connector {
    private static final byte[] CLIENT_NAME = "kvs-client".getBytes(StandardCharsets.US_ASCII);

    private final ClientOptions options;
    private volatile @Nullable Connection connection;
    private volatile @Nullable Welcome welcome;
    private @Nullable CompletableFuture<Connection> attempt;
    private boolean closed;

    Connector(ClientOptions options) {
        this.options = options;
    }

    /// Returns the connection, or null if there is none that can be used.
    @Nullable Connection current() {
        Connection present = connection;
        return present == null || present.isFailed() ? null : present;
    }

    /// Returns how long to wait for the answer to a request.
    long requestNanos() {
        return options.requestTimeout().toNanos();
    }

    /// Returns what the server has told when it was last connected to.
    Welcome welcome() {
        Welcome told = welcome;
        if (told == null) {
            throw new IllegalStateException("there was no connection yet");
        }
        return told;
    }

    /// Returns a connection that can be used, once there is one. Those who ask meanwhile share it.
    synchronized CompletableFuture<Connection> connect() {
        if (closed) {
            return CompletableFuture.failedFuture(new StoreClosedException());
        }
        Connection present = current();
        if (present != null) {
            return CompletableFuture.completedFuture(present);
        }
        CompletableFuture<Connection> running = attempt;
        if (running == null) {
            CompletableFuture<Connection> started = new CompletableFuture<>();
            attempt = started;
            running = started;
            Thread.ofVirtual().name("kvs-client-connect").start(() -> attempt(started));
        }
        return running;
    }

    private void attempt(CompletableFuture<Connection> started) {
        try {
            Connection opened = open();
            take(opened);
            started.complete(opened);
        } catch (RuntimeException | Error e) {
            take(null);
            started.completeExceptionally(e);
        }
    }

    private synchronized void take(@Nullable Connection opened) {
        attempt = null;
        if (opened != null) {
            if (closed) {
                opened.close();
            }
            connection = opened;
        }
    }

    private Connection open() {
        InetSocketAddress address = options.address();
        String server = text(address);
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (address.isUnresolved()) {
                throw RemoteErrors.noHost(address);
            }
            channel.socket().connect(address, (int) options.connectTimeout().toMillis());
            return introduce(new Connection(server, channel, transport(channel), options));
        } catch (IOException e) {
            close(channel);
            throw RemoteErrors.unreachable(server, e);
        } catch (RuntimeException e) {
            close(channel);
            throw e;
        }
    }

    private Transport transport(SocketChannel channel) throws IOException {
        ClientTls tls = options.tls();
        if (tls == null) {
            return new PlainTransport(channel);
        }
        try {
            TlsTransport transport = new TlsTransport(channel, tls.newEngine(options.address()));
            Handshake.complete(transport, channel, options.connectTimeout());
            return transport;
        } catch (IOException e) {
            throw RemoteErrors.noTls(text(options.address()), e);
        }
    }

    /// Says who we are, and takes what the server answers.
    private Connection introduce(Connection opened) {
        String password = options.password();
        byte[] token = password == null ? new byte[0] : password.getBytes(StandardCharsets.UTF_8);
        Reply<Welcome> reply =
                opened.submit(
                        (id, out) -> RequestWriter.hello(id, token, CLIENT_NAME, out),
                        (response, server) ->
                                Answers.require(response, Response.WELCOME_FIELD_NUMBER, server)
                                        .message(Welcome.parser()),
                        options.connectTimeout().toNanos());
        try {
            Welcome told = Reply.await(reply);
            opened.welcome(told);
            welcome = told;
            return opened;
        } catch (UnsupportedOperationException e) {
            // Of all that is not supported this can only be the version.
            opened.close();
            throw new RemoteException(
                    "the server at " + opened.server() + " says: " + e.getMessage(), false, null);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static void close(@Nullable SocketChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // It was not connected, and another error is being thrown.
        }
    }

    /// Returns an address as people write it.
    static String text(InetSocketAddress address) {
        String host =
                address.isUnresolved()
                        ? address.getHostString()
                        : address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    /// Closes the connection; there will be no other one. Closing twice does nothing.
    synchronized void close() {
        closed = true;
        Connection present = connection;
        if (present != null) {
            present.close();
        }
    }
}
