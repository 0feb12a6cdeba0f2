package io.kvs.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.memory.MemoryEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a client may do before and after it has said who it is.
final class AccessTest {
    private static final String NO_AUTH = "-NOAUTH Authentication required.\r\n";
    private static final String WRONG =
            "-WRONGPASS invalid username-password pair or user is disabled.\r\n";

    private final MemoryEngine engine = new MemoryEngine();
    private KvsServer server;
    private RawClient client;

    @BeforeEach
    void open() throws IOException {
        open("secret");
    }

    private void open(String password) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server =
                KvsServer.open(
                        engine,
                        ServerOptions.builder().address(address).password(password).build());
        client = new RawClient(server.address());
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    @Test
    void commands_beforeAuth_areRefused() throws IOException {
        assertAnswer("GET k\r\n", NO_AUTH);
        assertAnswer("SET k v\r\n", NO_AUTH);
        assertAnswer("PING\r\n", NO_AUTH);
        assertEquals(0, engine.size());
        assertAnswer("AUTH secre\r\n", WRONG);
        assertAnswer("AUTH other secret\r\n", WRONG);
        assertAnswer("GET k\r\n", NO_AUTH);
        assertAnswer("AUTH default secret\r\n", "+OK\r\n");
        assertAnswer("SET k v\r\n", "+OK\r\n");
        assertAnswer("AUTH wrong\r\n", WRONG);
        assertAnswer("GET k\r\n", "$1\r\nv\r\n");
    }

    @Test
    void requests_beforeAuth_areTiny() throws IOException {
        client.send("*11\r\n");
        assertEquals(
                "-ERR Protocol error: unauthenticated multibulk length\r\n", client.receiveAll());
        try (RawClient other = new RawClient(server.address())) {
            other.send("*2\r\n$4\r\nAUTH\r\n$16385\r\n");
            assertEquals(
                    "-ERR Protocol error: unauthenticated bulk length\r\n", other.receiveAll());
        }
    }

    @Test
    void replies_beforeAuth_areFew() throws IOException {
        client.send("PING\r\n".repeat(1_000));
        assertTrue(client.receiveAll().length() <= 1_024);
    }

    @Test
    void requests_behindAuth_areNotBoundAnyMore() throws IOException {
        client.send("AUTH secret\r\n*11\r\n" + "$4\r\nPING\r\n".repeat(11));
        String wrong = "-ERR wrong number of arguments for 'ping' command\r\n";
        assertEquals("+OK\r\n" + wrong, client.receive(5 + wrong.length()));
        client.send("ECHO " + "x".repeat(5_000) + "\r\n");
        assertEquals("$5000\r\nx", client.receive(8));
    }

    @Test
    void hello_withTheRightPassword_greetsInTheVersionAskedFor() throws IOException {
        assertTrue(answer("HELLO 3\r\n", 50).startsWith("-NOAUTH HELLO must be called"));
        try (RawClient other = new RawClient(server.address())) {
            other.send("HELLO 3 AUTH default secret SETNAME me\r\n");
            assertEquals("%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n", other.receive(27));
            other.send("GET k\r\nQUIT\r\n");
            assertTrue(other.receiveAll().endsWith("*0\r\n_\r\n+OK\r\n"));
        }
    }

    @Test
    void hello_thatIsWrong_changesNothing() throws IOException {
        assertAnswer("AUTH secret\r\n", "+OK\r\n");
        assertAnswer("HELLO 4\r\n", "-NOPROTO unsupported protocol version\r\n");
        assertAnswer(
                "HELLO three\r\n", "-ERR Protocol version is not an integer or out of range\r\n");
        assertAnswer("HELLO 3 SETNAME\r\n", "-ERR Syntax error in HELLO option 'SETNAME'\r\n");
        assertAnswer(
                "HELLO 3 SETNAME \"a b\"\r\n",
                "-ERR Client names cannot contain spaces, newlines or special characters.\r\n");
        assertAnswer("GET k\r\n", "$-1\r\n");
    }

    @Test
    void auth_withoutAPassword_saysThatThereIsNone() throws IOException {
        close();
        open((String) null);
        String start = "-ERR AUTH <password> called without any password configured";
        assertEquals(start, answer("AUTH x\r\n", start.length()));
        client.close();
        client = new RawClient(server.address());
        assertAnswer("AUTH default anything\r\n", "+OK\r\n");
    }

    private String answer(String request, int length) throws IOException {
        return client.ask(request, length);
    }

    private void assertAnswer(String request, String reply) throws IOException {
        assertEquals(reply, client.ask(request, reply.length()));
    }
}
