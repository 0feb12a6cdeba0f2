package io.kvs.server.net;

import io.kvs.server.log.ServerLog;
import io.kvs.server.pool.ThreadPool;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Listens, and has what connects served by event loops.
public final class Network implements AutoCloseable {
    private static final long PAUSE_MILLIS = 100;
    private static final int BACKLOG = 1_024;

    private final NetOptions options;
    private final ProtocolFactory protocols;
    private final SyncGate gate;
    private final ThreadPool pool;
    private final ServerLog log;

    private final ServerSocketChannel listener;
    private final List<EventLoop> loops = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Thread acceptor;

    private final AtomicLong ids = new AtomicLong();
    private final AtomicInteger clients = new AtomicInteger();

    private Network(
            NetOptions options,
            ProtocolFactory protocols,
            SyncGate gate,
            ThreadPool pool,
            ServerLog log)
            throws IOException {
        this.options = options;
        this.protocols = protocols;
        this.gate = gate;
        this.pool = pool;
        this.log = log;
        listener = ServerSocketChannel.open();
        acceptor = new Thread(this::accept, "kvs-accept");
    }

    /// Listens, and serves from now on.
    ///
    /// @param pool runs long work; not closed by this
    /// @throws IOException it cannot listen there
    public static Network open(
            NetOptions options,
            ProtocolFactory protocols,
            SyncGate gate,
            ThreadPool pool,
            ServerLog log)
            throws IOException {
        Network network = new Network(options, protocols, gate, pool, log);
        try {
            network.start();
        } catch (IOException | RuntimeException e) {
            network.close();
            throw e;
        }
        return network;
    }

    private void start() throws IOException {
        listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        listener.bind(options.address(), BACKLOG);
        for (int i = 0; i < options.loops(); i++) {
            EventLoop loop = new EventLoop(this);
            loops.add(loop);
            threads.add(new Thread(loop, "kvs-loop-" + i));
        }
        threads.forEach(Thread::start);
        acceptor.start();
    }

    private void accept() {
        int next = 0;
        while (listener.isOpen()) {
            try {
                SocketChannel channel = listener.accept();
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
                clients.incrementAndGet();
                loops.get(next).take(channel);
                next = (next + 1) % loops.size();
            } catch (ClosedChannelException _) {
                return;
            } catch (IOException e) {
                log.failure("a connection cannot be accepted", e);
                pause();
            }
        }
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

    ThreadPool pool() {
        return pool;
    }

    ServerLog log() {
        return log;
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

    /// Takes no more connections, answers what was received, and closes all connections. Closing
    /// twice does nothing.
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            log.failure("the listening socket cannot be closed", e);
        }
        loops.forEach(EventLoop::stop);
        threads.forEach(Network::join);
        join(acceptor);
    }

    private static void join(Thread thread) {
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
