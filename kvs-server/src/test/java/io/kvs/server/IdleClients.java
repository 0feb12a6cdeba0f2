package io.kvs.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/// A process that holds connections: opens and uses each, says `open`, waits for a line, uses each
/// again, and says `alive`.
final class IdleClients {
    private IdleClients() {}

    /// Arguments: the port, and how many.
    public static void main(String[] arguments) throws IOException {
        InetSocketAddress address =
                new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
            clients.add(new RawClient(address));
        }
        ping(clients);
        System.out.println("open");
        if (System.in.read() >= 0) {
            ping(clients);
            System.out.println("alive");
        }
    }

    private static void ping(List<RawClient> clients) throws IOException {
        for (RawClient client : clients) {
            if (!client.ask("PING\r\n", 7).equals("+PONG\r\n")) {
                throw new IOException("a connection is not served");
            }
        }
    }
}
