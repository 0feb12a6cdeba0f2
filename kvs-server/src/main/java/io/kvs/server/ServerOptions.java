package io.kvs.server;

import io.kvs.Durability;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/// How a server behaves; immutable. Start from {@link #defaults()} and change what is needed.
///
/// @param address where to listen; default `127.0.0.1:4000`; port 0 takes a free one
/// @param durability what an acknowledged write survives; default {@link Durability#PROCESS}. With
///   {@link Durability#SYNC} one sync serves all clients that wait
/// @param loops how many event loops serve the connections; default: a processor each, at most 4
/// @param clientsMax how many connections there may be at once; default 10,000
/// @param valueBytesMax the longest value, in bytes; default 16 MiB, up to 512 MiB
/// @param outputBytesMax how many bytes may wait to be sent to one client; default 64 MiB. A client
///   that asks for more is cut off
/// @param handshakeTimeout how long a client may take to say who it is; default 5 s
/// @param requestTimeout how long a client may take to send the rest of a request, or to take any
///   of the replies that wait for it; default 30 s
/// @param idleTimeout how long a client may be silent; default zero: as long as it likes
public record ServerOptions(
        InetSocketAddress address,
        Durability durability,
        int loops,
        int clientsMax,
        int valueBytesMax,
        int outputBytesMax,
        Duration handshakeTimeout,
        Duration requestTimeout,
        Duration idleTimeout) {
    private static final int PORT = 4_000;
    private static final int LOOPS_MAX = 4;

    /// Returns the defaults given above.
    public static ServerOptions defaults() {
        return new ServerOptions(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT),
                Durability.PROCESS,
                Math.min(LOOPS_MAX, Runtime.getRuntime().availableProcessors()),
                10_000,
                16 << 20,
                64 << 20,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ZERO);
    }

    /// Returns these options with another address.
    public ServerOptions withAddress(InetSocketAddress value) {
        return new ServerOptions(
                value,
                durability,
                loops,
                clientsMax,
                valueBytesMax,
                outputBytesMax,
                handshakeTimeout,
                requestTimeout,
                idleTimeout);
    }
}
