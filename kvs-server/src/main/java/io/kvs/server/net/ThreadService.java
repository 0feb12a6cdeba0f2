package io.kvs.server.net;

import io.kvs.server.pool.ThreadPool;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/// A thread of a pool for each connection.
final class ThreadService implements Service {
    private final Network network;
    private final ThreadPool threads;
    private final Set<ThreadConnection> connections = ConcurrentHashMap.newKeySet();
    private final Thread ticker = new Thread(this::tick, "kvs-tick");

    private final CountDownLatch stopping = new CountDownLatch(1);

    /// Starts it.
    ///
    /// @param threads has a thread for every connection there may be
    ThreadService(Network network, ThreadPool threads) {
        this.network = network;
        this.threads = threads;
        ticker.start();
    }

    @Override
    public void take(SocketChannel channel) {
        try {
            ThreadConnection connection = new ThreadConnection(this, network, channel);
            connections.add(connection);
            threads.execute(connection);
        } catch (IOException | RejectedExecutionException _) {
            network.discard(channel);
        }
    }

    void forget(ThreadConnection connection) {
        connections.remove(connection);
    }

    private void tick() {
        long tickMillis = network.options().patience().tickMillis();
        try {
            while (!stopping.await(tickMillis, TimeUnit.MILLISECONDS)) {
                long now = System.nanoTime();
                connections.forEach(connection -> connection.tick(now));
            }
        } catch (InterruptedException _) {
            // Nobody interrupts it but to end it.
        }
    }

    @Override
    public void stop(long deadlineNanos) {
        stopping.countDown();
        connections.forEach(ThreadConnection::finish);
        Thread breaker = Thread.ofPlatform().name("kvs-stop").start(() -> breakOff(deadlineNanos));
        threads.close();
        breaker.interrupt();
        Network.join(breaker);
        Network.join(ticker);
    }

    /// Closes at a time the connections that are still there.
    private void breakOff(long deadlineNanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(deadlineNanos - System.nanoTime());
            connections.forEach(ThreadConnection::closeNow);
        } catch (InterruptedException _) {
            // All have ended before.
        }
    }
}
