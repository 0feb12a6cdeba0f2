package io.kvs.server.net;

import java.net.InetSocketAddress;
import java.time.Duration;

/// How connections are made and bounded.
///
/// @param address where to listen; port 0 takes a free one
/// @param loops how many event loops there are, 1 at least
/// @param clientsMax how many connections there may be at once
/// @param outputBytesMax how many bytes may wait to be sent to one client
/// @param handshakeTimeout how long a client may take to say who it is, if it must
/// @param requestTimeout how long a client may take to send the rest of a request, or to take any
///   of the replies that wait for it
/// @param idleTimeout how long a client may be silent; zero for as long as it likes
public record NetOptions(
        InetSocketAddress address,
        int loops,
        int clientsMax,
        int outputBytesMax,
        Duration handshakeTimeout,
        Duration requestTimeout,
        Duration idleTimeout) {}
