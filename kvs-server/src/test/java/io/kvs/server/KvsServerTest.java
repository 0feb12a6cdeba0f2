package io.kvs.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kvs.KvStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KvsServerTest {
    private static final InetSocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @TempDir Path directory;

    private KvStore store;
    private KvsServer server;

    @BeforeEach
    void open() throws IOException {
        store = KvStore.open(directory);
        server = KvsServer.open(store, ServerOptions.builder().address(ANY_PORT).build());
    }

    @AfterEach
    void close() {
        server.close();
        store.close();
    }

    @Test
    void commands_ofEveryForm_areAnsweredInOrder() throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            client.send("PING\r\n*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\n\r\n\r\n");
            client.send("get k\r\nGET missing\r\nECHO \"a b\"\r\nDEL k missing\r\n");
            client.send("GET k\r\nnonsense a\r\n");
            String expected =
                    String.join(
                            "\r\n",
                            "+PONG",
                            "+OK",
                            "$2",
                            "\r\n",
                            "$-1",
                            "$3",
                            "a b",
                            ":1",
                            "$-1",
                            "-ERR unknown command 'nonsense', with args beginning with: 'a' ",
                            "");
            assertEquals(expected, client.receive(expected.length()));
            client.send("get\r\nquit\r\nPING\r\n");
            assertEquals(
                    "-ERR wrong number of arguments for 'get' command\r\n+OK\r\n",
                    client.receiveAll());
        }
    }

    @Test
    void input_thatEnds_isAnsweredWhole() throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            client.send("set a 1\r\n".repeat(1_000) + "get a\r\nget");
            client.endOutput();
            assertEquals("+OK\r\n".repeat(1_000) + "$1\r\n1\r\n", client.receiveAll());
        }
    }

    @Test
    void close_afterRequestsWereReceived_answersThem() throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            assertEquals("+PONG\r\n", client.ask("ping\r\n", 7));
            client.send("set last 1\r\n");
            server.close();
            assertEquals("+OK\r\n", client.receiveAll());
        }
        assertEquals("1", store.get("last").orElseThrow());
    }
}
