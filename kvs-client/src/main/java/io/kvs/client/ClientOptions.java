package io.kvs.client;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How a client behaves; immutable. Start from {@link #defaults()} and change what is needed.
///
/// @param address of the server; default `127.0.0.1:4000`
/// @param password what the server wants to be told, or null; default null
/// @param tls how to make sure of the server, or null to talk to it in the clear; default null
/// @param connectTimeout how long to wait for a connection, again for a handshake of TLS, and again
///   for the answer to the first request; default 5 s
/// @param requestTimeout how long to wait for the answer to a request; default 30 s. Compaction has
///   no limit
/// @param unsentBytesMax how many bytes of requests may wait to be sent; default 64 MiB. What would
///   exceed that is refused, so one request is no longer either
public record ClientOptions(
        InetSocketAddress address,
        @Nullable String password,
        @Nullable ClientTls tls,
        Duration connectTimeout,
        Duration requestTimeout,
        int unsentBytesMax) {
    private static final int PORT = 4_000;
    private static final int UNSENT_MIN_BYTES = 1 << 10;
    private static final Duration TIMEOUT_MAX = Duration.ofDays(1);

    /// Checks every limit.
    ///
    /// @throws IllegalArgumentException a value is outside its limits; the message names it
    public ClientOptions {
        check("connectTimeout", connectTimeout);
        check("requestTimeout", requestTimeout);
        if (unsentBytesMax < UNSENT_MIN_BYTES) {
            throw new IllegalArgumentException("unsentBytesMax is too small: " + unsentBytesMax);
        }
    }

    private static void check(String name, Duration timeout) {
        if (timeout.toMillis() < 1 || timeout.compareTo(TIMEOUT_MAX) > 0) {
            throw new IllegalArgumentException(name + " is out of its limits: " + timeout);
        }
    }

    /// Returns the defaults given above.
    public static ClientOptions defaults() {
        return new ClientOptions(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT),
                null,
                null,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                64 << 20);
    }

    /// Returns these options with another address.
    public ClientOptions withAddress(InetSocketAddress value) {
        return new ClientOptions(
                value, password, tls, connectTimeout, requestTimeout, unsentBytesMax);
    }

    /// Returns these options with another password, or none.
    public ClientOptions withPassword(@Nullable String value) {
        return new ClientOptions(
                address, value, tls, connectTimeout, requestTimeout, unsentBytesMax);
    }

    /// Returns these options with TLS, or without.
    public ClientOptions withTls(@Nullable ClientTls value) {
        return new ClientOptions(
                address, password, value, connectTimeout, requestTimeout, unsentBytesMax);
    }

    /// Returns these options with another time to wait for a connection.
    public ClientOptions withConnectTimeout(Duration value) {
        return new ClientOptions(address, password, tls, value, requestTimeout, unsentBytesMax);
    }

    /// Returns these options with another time to wait for an answer.
    public ClientOptions withRequestTimeout(Duration value) {
        return new ClientOptions(address, password, tls, connectTimeout, value, unsentBytesMax);
    }
}
