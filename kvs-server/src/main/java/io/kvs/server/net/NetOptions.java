package io.kvs.server.net;

import io.kvs.server.access.Tls;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How connections are made and bounded.
///
/// @param address where to listen; port 0 takes a free one
/// @param loops how many event loops there are, if they serve the connections
/// @param clientsMax how many connections there may be at once
/// @param outputBytesMax how many bytes may wait to be sent to one client
/// @param bufferBytesMax how many bytes the buffers of all clients may take
/// @param mustEstablish whether a client that has sent nothing must hurry to say who it is
/// @param tls what to encrypt with, or null
/// @param patience how long clients may take
public record NetOptions(
        InetSocketAddress address,
        int loops,
        int clientsMax,
        int outputBytesMax,
        long bufferBytesMax,
        boolean mustEstablish,
        @Nullable Tls tls,
        Timeouts patience) {

    /// How long clients may take; zero for as long as they like.
    ///
    /// @param handshake to say who they are
    /// @param request to send the rest of a request, with a second more for each 64 KiB of it, and
    ///   to take any of the replies that wait
    /// @param idle to send anything
    public record Timeouts(Duration handshake, Duration request, Duration idle) {
        private static final long TICK_MILLIS_MIN = 10;
        private static final long TICK_MILLIS_MAX = 1_000;

        /// Returns how often to look whether a client takes too long, in milliseconds.
        long tickMillis() {
            long shortest = Math.min(millis(handshake), Math.min(millis(request), millis(idle)));
            return Math.clamp(shortest / 4, TICK_MILLIS_MIN, TICK_MILLIS_MAX);
        }

        private static long millis(Duration timeout) {
            return timeout.isZero() ? Long.MAX_VALUE : timeout.toMillis();
        }
    }
}
