package io.kvs.server.net;

import io.kvs.server.access.Tls;
import io.kvs.server.log.ServerLog;
import io.kvs.server.metrics.ServerMetrics;
import io.kvs.server.pool.ThreadPool;
import io.kvs.transport.PlainTransport;
import io.kvs.transport.TlsTransport;
import io.kvs.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Listens, and has what connects served by event loops or a thread each.
public final class Network implements AutoCloseable {
    private static final long PAUSE_MILLIS = 100;
    private static final long STOP_NANOS = 5_000_000_000L;
    private static final int BACKLOG = 1_024;
    private static final byte[] TOO_MANY =
            "-ERR max number of clients reached\r\n".getBytes(StandardCharsets.US_ASCII);

    private final NetOptions options;
    private final ProtocolFactory protocols;
    private final SyncGate gate;
    private final ThreadPool pool;
    private final ServerLog log;
    private final ServerMetrics metrics;

    private final ServerSocketChannel listener;
    private final BufferBudget budget;
    private @Nullable Thread acceptor;
    private @Nullable Service service;

    private final AtomicLong ids = new AtomicLong();
    private final AtomicInteger clients = new AtomicInteger();

    private Network(
            NetOptions options,
            ProtocolFactory protocols,
            SyncGate gate,
            ThreadPool pool,
            ServerLog log,
            ServerMetrics metrics)
            throws IOException {
        this.options = options;
        this.protocols = protocols;
        this.gate = gate;
        this.pool = pool;
        this.log = log;
        this.metrics = metrics;
        this.budget = new BufferBudget(options.bufferBytesMax());
        listener = ServerSocketChannel.open();
    }

    /// Listens, and serves from now on.
    ///
    /// @param pool runs long work; not closed by this
    /// @param connectionThreads serve a connection each, if there are no event loops; has as many
    ///   threads as there may be connections; closed with this
    /// @throws IOException it cannot listen there
    public static Network open(
            NetOptions options,
            ProtocolFactory protocols,
            SyncGate gate,
            ThreadPool pool,
            @Nullable ThreadPool connectionThreads,
            ServerLog log,
            ServerMetrics metrics)
            throws IOException {
        Network network = new Network(options, protocols, gate, pool, log, metrics);
        try {
            network.start(connectionThreads);
        } catch (IOException | RuntimeException e) {
            network.listener.close();
            throw e;
        }
        return network;
    }

    private void start(@Nullable ThreadPool connectionThreads) throws IOException {
        listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        bind();
        Service serving =
                connectionThreads == null
                        ? new Loops(this)
                        : new ThreadService(this, connectionThreads);
        service = serving;
        Thread accepting = new Thread(() -> accept(serving), "kvs-accept");
        acceptor = accepting;
        accepting.start();
    }

    private void bind() throws IOException {
        try {
            listener.bind(options.address(), BACKLOG);
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on " + Peer.text(options.address()) + ": " + e.getMessage(), e);
        }
    }

    private void accept(Service serving) {
        while (listener.isOpen()) {
            try {
                take(listener.accept(), serving);
            } catch (ClosedChannelException _) {
                return;
            } catch (IOException e) {
                log.failure("a connection cannot be accepted", e);
                pause();
            }
        }
    }

    private void take(SocketChannel channel, Service serving) throws IOException {
        if (clients.incrementAndGet() > options.clientsMax()) {
            channel.configureBlocking(false);
            channel.write(ByteBuffer.wrap(TOO_MANY));
            discard(channel);
            metrics.connectionsRefused().increment();
            return;
        }
        metrics.connectionsTaken().increment();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        serving.take(channel);
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Returns where it listens, with the port that was taken.
    public InetSocketAddress address() {
        try {
            return (InetSocketAddress) listener.getLocalAddress();
        } catch (IOException _) {
            return options.address();
        }
    }

    /// Returns where it listens, as text.
    public String addressText() {
        return Peer.text(address());
    }

    /// Returns how many connections there are.
    public int clients() {
        return clients.get();
    }

    NetOptions options() {
        return options;
    }

    ProtocolFactory protocols() {
        return protocols;
    }

    SyncGate gate() {
        return gate;
    }

    ServerMetrics metrics() {
        return metrics;
    }

    /// Returns how many bytes the buffers of all clients take, as far as they are counted.
    public long bufferBytes() {
        return budget.bytes();
    }

    ServerLog log() {
        return log;
    }

    BufferBudget budget() {
        return budget;
    }

    /// Returns how the bytes of a new connection go through its socket.
    Transport transport(SocketChannel channel) throws IOException {
        Tls tls = options.tls();
        return tls == null
                ? new PlainTransport(channel)
                : new TlsTransport(channel, tls.newEngine());
    }

    /// Returns the patience with a new connection.
    Patience patience() {
        return new Patience(options.patience(), !options.mustEstablish(), System.nanoTime());
    }

    /// Runs `work` on the pool, then `after`, whatever the work has thrown.
    void job(Runnable work, Runnable after) {
        metrics.jobs().increment();
        pool.execute(() -> {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                log.failure("a job has failed", e);
            } finally {
                after.run();
            }
        });
    }

    /// Tells that a client is cut off, and why.
    void refuse(Peer peer, String reason) {
        metrics.connectionsCutOff().increment();
        log.event("closed connection " + peer.id() + " of " + peer.remoteAddress() + ": " + reason);
    }

    Peer peer(SocketChannel channel) throws IOException {
        return new Peer(
                ids.incrementAndGet(),
                Peer.text(channel.getRemoteAddress()),
                Peer.text(channel.getLocalAddress()));
    }

    /// Closes the channel of a connection.
    void discard(SocketChannel channel) {
        clients.decrementAndGet();
        try {
            channel.close();
        } catch (IOException e) {
            log.failure("a connection cannot be closed", e);
        }
    }

    /// Takes no more connections, answers what was received, and closes all connections, which
    /// takes a few seconds at most. Closing twice does nothing.
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            log.failure("the listening socket cannot be closed", e);
        }
        if (acceptor != null) {
            join(acceptor);
        }
        if (service != null) {
            service.stop(System.nanoTime() + STOP_NANOS);
        }
    }

    /// Returns when a thread has ended.
    static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
