package io.kvs.server.net;

import java.nio.channels.SocketChannel;

/// Serves the connections that a {@link Network} has accepted.
interface Service {

    /// Serves a connection from now on. Called by one thread.
    void take(SocketChannel channel);

    /// Answers what was received until now, closes all connections, and returns when that is done.
    /// What is not done at a time, by {@link System#nanoTime()}, is broken off.
    void stop(long deadlineNanos);
}
