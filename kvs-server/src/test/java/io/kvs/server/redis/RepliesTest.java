package io.kvs.server.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kvs.KvStore;
import io.kvs.server.KvsServer;
import io.kvs.server.RawClient;
import io.kvs.server.ServerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Replays tables of commands, and compares the replies byte by byte.
///
/// In a table, `==` begins with an empty store and a new client, `>` is a command as a person types
/// it, with the number of its replies in brackets if it is not one, and `<` is the reply, with
/// `\r`, `\n`, `\\` and `\x00` for the bytes that a line cannot have. The replies are those of
/// Redis 7.0.
final class RepliesTest {
    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"strings", "keys", "transactions", "scripts", "pubsub", "server"})
    void commands_ofTable_areAnsweredAsRedisDoes(String table) throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (KvStore store = KvStore.open(directory);
                KvsServer server =
                        KvsServer.open(store, ServerOptions.builder().address(anyPort).build())) {
            replay(server, lines(table + ".txt"));
        }
    }

    private static List<String> lines(String file) throws IOException {
        try (InputStream in = RepliesTest.class.getResourceAsStream(file)) {
            return new String(in.readAllBytes(), ISO_8859_1).lines().toList();
        }
    }

    private static void replay(KvsServer server, List<String> lines) throws IOException {
        RawClient client = new RawClient(server.address());
        String command = "";
        try {
            for (String line : lines) {
                if (line.startsWith("==")) {
                    client.close();
                    client = new RawClient(server.address());
                    assertEquals("+OK\r\n", client.ask("flushall\r\n", 5));
                } else if (line.startsWith(">")) {
                    command = line.substring(1).replaceFirst("^ *(\\[[0-9]\\])?", "").strip();
                    client.send(command + "\r\n");
                } else if (line.startsWith("<")) {
                    String expected = unescaped(line.substring(2));
                    assertEquals(expected, client.receive(expected.length()), command);
                }
            }
        } finally {
            client.close();
        }
    }

    private static String unescaped(String text) {
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next == '\\') {
                char escaped = text.charAt(++i);
                next = escaped == 'r' ? '\r' : escaped == 'n' ? '\n' : escaped;
                if (escaped == 'x') {
                    next = (char) Integer.parseInt(text.substring(i + 1, i + 3), 16);
                    i += 2;
                }
            }
            bytes.append(next);
        }
        return bytes.toString();
    }
}
