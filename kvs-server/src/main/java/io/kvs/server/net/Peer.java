package io.kvs.server.net;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

/// Who is at the other end of a connection.
///
/// @param id the number of the connection: unique in this process, growing
/// @param remoteAddress the address of the client, such as `127.0.0.1:51234`
/// @param localAddress the address that the client has connected to
public record Peer(long id, String remoteAddress, String localAddress) {

    /// Returns an address as people write it.
    static String text(SocketAddress address) {
        if (!(address instanceof InetSocketAddress internet)) {
            return address.toString();
        }
        String host = internet.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + internet.getPort();
    }
}
