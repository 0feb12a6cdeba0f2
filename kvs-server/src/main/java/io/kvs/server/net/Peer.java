package io.kvs.server.net;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

/// Who is at the other end of a connection.
///
/// @param id the number of the connection
/// @param remoteAddress the client's address
/// @param localAddress the address it has connected to
record Peer(long id, String remoteAddress, String localAddress) {

    /// Returns an address as people write it.
    static String text(SocketAddress address) {
        if (!(address instanceof InetSocketAddress internet)) {
            return address.toString();
        }
        String host = internet.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + internet.getPort();
    }
}
