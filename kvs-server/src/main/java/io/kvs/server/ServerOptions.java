package io.kvs.server;

import io.kvs.Durability;
import io.kvs.server.access.Tls;
import io.kvs.server.log.ServerLog;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How a server behaves; immutable. Start from {@link #defaults()}, or change what is needed with a
/// {@link #builder()}.
public final class ServerOptions {
    private static final int PORT = 4_000;
    private static final int LOOPS_MAX = 4;
    private static final int VALUE_MAX_BYTES = 512 << 20;
    private static final int OUTPUT_MAX_BYTES = 1 << 30;

    private final InetSocketAddress address;
    private final Durability durability;
    private final Connections connections;
    private final Threads threads;
    private final int loops;
    private final int jobThreads;
    private final int clientsMax;
    private final int valueBytesMax;
    private final int outputBytesMax;
    private final long bufferBytesMax;
    private final Duration handshakeTimeout;
    private final Duration requestTimeout;
    private final Duration idleTimeout;
    private final @Nullable String password;
    private final @Nullable Tls tls;
    private final @Nullable InetSocketAddress adminAddress;
    private final @Nullable Runnable onShutdown;
    private final ServerLog log;

    /// Who serves the connections.
    public enum Connections {
        /// A few event loops serve all of them.
        LOOP,
        /// A thread for each.
        THREAD
    }

    /// Which threads do what takes long, and serve connections that have one each.
    public enum Threads {
        /// Threads that share one queue.
        SHARED,
        /// Threads with a queue each, from which others take when they have nothing to do.
        STEALING,
        /// A virtual thread for each job.
        VIRTUAL
    }

    private ServerOptions(Builder builder) {
        address = builder.address;
        durability = builder.durability;
        connections = builder.connections;
        threads = builder.threads;
        loops = checked("loops", builder.loops, 1, 1_024);
        jobThreads = checked("jobThreads", builder.jobThreads, 1, 4_096);
        clientsMax = checked("clientsMax", builder.clientsMax, 1, 10_000_000);
        valueBytesMax = checked("valueBytesMax", builder.valueBytesMax, 1, VALUE_MAX_BYTES);
        outputBytesMax =
                checked("outputBytesMax", builder.outputBytesMax, valueBytesMax, OUTPUT_MAX_BYTES);
        bufferBytesMax = checked("bufferBytesMax", builder.bufferBytesMax, 1 << 20, Long.MAX_VALUE);
        handshakeTimeout = checked("handshakeTimeout", builder.handshakeTimeout);
        requestTimeout = checked("requestTimeout", builder.requestTimeout);
        idleTimeout = checked("idleTimeout", builder.idleTimeout);
        password = builder.password;
        tls = builder.tls;
        adminAddress = builder.adminAddress;
        onShutdown = builder.onShutdown;
        log = builder.log;
    }

    private static int checked(String name, int value, int min, int max) {
        return (int) checked(name, (long) value, min, max);
    }

    private static long checked(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    name + " is from " + min + " to " + max + ", not " + value);
        }
        return value;
    }

    private static Duration checked(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " is negative: " + value);
        }
        return value;
    }

    /// Returns the defaults.
    public static ServerOptions defaults() {
        return builder().build();
    }

    /// Returns a builder that has the defaults.
    public static Builder builder() {
        return new Builder();
    }

    /// Returns where to listen.
    public InetSocketAddress address() {
        return address;
    }

    /// Returns what an acknowledged write survives.
    public Durability durability() {
        return durability;
    }

    /// Returns who serves the connections.
    public Connections connections() {
        return connections;
    }

    /// Returns which threads do what takes long.
    public Threads threads() {
        return threads;
    }

    /// Returns how many event loops there are.
    public int loops() {
        return loops;
    }

    /// Returns how many threads do what takes long.
    public int jobThreads() {
        return jobThreads;
    }

    /// Returns how many connections there may be at once.
    public int clientsMax() {
        return clientsMax;
    }

    /// Returns the longest value, in bytes.
    public int valueBytesMax() {
        return valueBytesMax;
    }

    /// Returns how many bytes may wait to be sent to one client.
    public int outputBytesMax() {
        return outputBytesMax;
    }

    /// Returns how many bytes the buffers of all clients may take.
    public long bufferBytesMax() {
        return bufferBytesMax;
    }

    /// Returns how long a client may take to say who it is; zero for as long as it likes.
    public Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    /// Returns how long a client may take over a request or its replies; zero for as long as it
    /// likes.
    public Duration requestTimeout() {
        return requestTimeout;
    }

    /// Returns how long a client may be silent; zero for as long as it likes.
    public Duration idleTimeout() {
        return idleTimeout;
    }

    /// Returns what clients must know, or null if they need nothing.
    public @Nullable String password() {
        return password;
    }

    /// Returns what connections are encrypted with, or null if they are not.
    public @Nullable Tls tls() {
        return tls;
    }

    /// Returns where figures and health are told by HTTP, or null if they are not.
    public @Nullable InetSocketAddress adminAddress() {
        return adminAddress;
    }

    /// Returns what ends the process when a client asks for it, or null if nothing does.
    public @Nullable Runnable onShutdown() {
        return onShutdown;
    }

    /// Returns who is told of what happens.
    public ServerLog log() {
        return log;
    }

    /// Options to be changed. Not safe for use by several threads at once.
    public static final class Builder {
        private InetSocketAddress address =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT);
        private Durability durability = Durability.PROCESS;
        private Connections connections = Connections.LOOP;
        private Threads threads = Threads.SHARED;
        private int loops =
                Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, LOOPS_MAX);
        private int jobThreads = 2 * Runtime.getRuntime().availableProcessors();
        private int clientsMax = 10_000;
        private int valueBytesMax = 16 << 20;
        private int outputBytesMax = 64 << 20;
        private long bufferBytesMax = Runtime.getRuntime().maxMemory() / 4;
        private Duration handshakeTimeout = Duration.ofSeconds(5);
        private Duration requestTimeout = Duration.ofSeconds(30);
        private Duration idleTimeout = Duration.ZERO;
        private @Nullable String password;
        private @Nullable Tls tls;
        private @Nullable InetSocketAddress adminAddress;
        private @Nullable Runnable onShutdown;
        private ServerLog log = ServerLog.NONE;

        private Builder() {}

        /// Sets where to listen; default `127.0.0.1:4000`. Port 0 takes a free one.
        public Builder address(InetSocketAddress value) {
            address = value;
            return this;
        }

        /// Sets what an acknowledged write survives; default {@link Durability#PROCESS}. With
        /// {@link Durability#SYNC} one sync serves all clients that wait.
        public Builder durability(Durability value) {
            durability = value;
            return this;
        }

        /// Sets who serves the connections; default {@link Connections#LOOP}.
        public Builder connections(Connections value) {
            connections = value;
            return this;
        }

        /// Sets which threads do what takes long; default {@link Threads#SHARED}.
        public Builder threads(Threads value) {
            threads = value;
            return this;
        }

        /// Sets how many event loops there are, if they serve the connections; default one for two
        /// processors, at most 4.
        public Builder loops(int value) {
            loops = value;
            return this;
        }

        /// Sets how many threads at most do what takes long; default two for each processor.
        /// Virtual threads are not counted.
        public Builder jobThreads(int value) {
            jobThreads = value;
            return this;
        }

        /// Sets how many connections there may be at once; default 10,000. More are refused.
        public Builder clientsMax(int value) {
            clientsMax = value;
            return this;
        }

        /// Sets the longest value, in bytes; default 16 MiB, at most 512 MiB.
        public Builder valueBytesMax(int value) {
            valueBytesMax = value;
            return this;
        }

        /// Sets how many bytes may wait to be sent to one client; default 64 MiB, from the longest
        /// value to 1 GiB. A client that asks for more at once is cut off.
        public Builder outputBytesMax(int value) {
            outputBytesMax = value;
            return this;
        }

        /// Sets how many bytes the buffers of all clients may take; default a quarter of the heap.
        /// The client that would exceed it is cut off.
        public Builder bufferBytesMax(long value) {
            bufferBytesMax = value;
            return this;
        }

        /// Sets how long a client may take to say who it is, if it must; default 5 s; zero for as
        /// long as it likes.
        public Builder handshakeTimeout(Duration value) {
            handshakeTimeout = value;
            return this;
        }

        /// Sets how long a client may take to send the rest of a request, with a second more for
        /// each 64 KiB of it, and to take any of the replies that wait for it; default 30 s; zero
        /// for as long as it likes.
        public Builder requestTimeout(Duration value) {
            requestTimeout = value;
            return this;
        }

        /// Sets how long a client may be silent; default zero: as long as it likes.
        public Builder idleTimeout(Duration value) {
            idleTimeout = value;
            return this;
        }

        /// Sets what clients must know; default null: nothing.
        public Builder password(@Nullable String value) {
            password = value;
            return this;
        }

        /// Sets what connections are encrypted with; default null: they are not.
        public Builder tls(@Nullable Tls value) {
            tls = value;
            return this;
        }

        /// Sets where figures and health are told by HTTP, to everybody who asks; default null:
        /// nowhere. Port 0 takes a free one.
        public Builder adminAddress(@Nullable InetSocketAddress value) {
            adminAddress = value;
            return this;
        }

        /// Sets what ends the process when a client sends `SHUTDOWN`; default null: nothing does.
        /// It returns at once, and the process ends, in order, soon after.
        public Builder onShutdown(@Nullable Runnable value) {
            onShutdown = value;
            return this;
        }

        /// Sets who is told of what happens; default nobody.
        public Builder log(ServerLog value) {
            log = value;
            return this;
        }

        /// Returns the options.
        ///
        /// @throws IllegalArgumentException one is outside its limits; the message names it
        public ServerOptions build() {
            return new ServerOptions(this);
        }
    }
}
