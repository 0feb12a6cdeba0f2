package io.kvs.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kvs.memory.MemoryEngine;
import io.kvs.server.ServerOptions.Connections;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Clients that take too long are cut off; others are not.
final class TimeoutTest {
    private static final Duration SHORT = Duration.ofMillis(200);

    private final MemoryEngine engine = new MemoryEngine();
    private KvsServer server;

    private void open(ServerOptions.Builder options) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = KvsServer.open(engine, options.address(address).build());
    }

    @AfterEach
    void close() {
        server.close();
        engine.close();
    }

    private RawClient client() throws IOException {
        return new RawClient(server.address());
    }

    @ParameterizedTest
    @EnumSource
    void client_thatDoesNotSayWhoItIs_isCutOff(Connections kind) throws IOException {
        open(ServerOptions.builder().connections(kind).password("p").handshakeTimeout(SHORT));
        try (RawClient known = client();
                RawClient silent = client();
                RawClient unknown = client()) {
            assertEquals("+OK\r\n", known.ask("AUTH p\r\n", 5));
            unknown.send("PING\r\n");
            assertEquals("-NOAUTH Authentication required.\r\n", unknown.receiveAll());
            assertEquals("", silent.receiveAll());
            assertEquals("+PONG\r\n", known.ask("PING\r\n", 7));
        }
    }

    @ParameterizedTest
    @EnumSource
    void client_thatNeedsNoPassword_mayBeSilent(Connections kind) throws Exception {
        open(ServerOptions.builder().connections(kind).handshakeTimeout(SHORT));
        try (RawClient client = client()) {
            client.socket().setSoTimeout(1_000);
            assertThrows(SocketTimeoutException.class, () -> client.receive(1));
            assertEquals("+PONG\r\n", client.ask("PING\r\n", 7));
        }
    }

    @ParameterizedTest
    @EnumSource
    void request_thatDoesNotGoOn_isCutOff(Connections kind) throws IOException {
        open(ServerOptions.builder().connections(kind).requestTimeout(SHORT));
        try (RawClient silent = client();
                RawClient half = client();
                RawClient drip = client()) {
            assertEquals("+PONG\r\n", silent.ask("PING\r\n", 7));
            half.send("PING\r\n*2\r\n$3\r\nGET\r\n");
            assertEquals("+PONG\r\n", half.receiveAll());
            assertDripIsCutOff(drip);
            assertEquals("+PONG\r\n", silent.ask("PING\r\n", 7));
        }
    }

    /// Sends a byte now and then, which does not count: only whole requests do.
    private static void assertDripIsCutOff(RawClient drip) throws IOException {
        drip.socket().setSoTimeout(20);
        drip.send("*2\r\n$3\r\nGET\r\n$1000\r\n");
        for (int i = 0; i < 1_000; i++) {
            try {
                drip.send("x");
                assertEquals(-1, drip.socket().getInputStream().read());
                return;
            } catch (SocketTimeoutException _) {
                // Not yet.
            } catch (SocketException _) {
                return;
            }
        }
        throw new AssertionError("a request may take for ever");
    }

    @ParameterizedTest
    @EnumSource
    void replies_thatNobodyTakes_endTheConnection(Connections kind) throws IOException {
        open(ServerOptions.builder().connections(kind).requestTimeout(SHORT));
        engine.set("k".getBytes(US_ASCII), new byte[1 << 20]);
        try (RawClient client = client();
                RawClient other = client()) {
            client.socket().setSoTimeout(20);
            client.send("get k\r\n".repeat(100));
            boolean isCutOff = false;
            for (int i = 0; i < 500 && !isCutOff; i++) {
                try {
                    assertEquals("+PONG\r\n", other.ask("PING\r\n", 7));
                    Thread.sleep(20); // Only what is sent after the time is over can fail.
                    client.send("\r\n");
                } catch (IOException _) {
                    isCutOff = true;
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            assertEquals(true, isCutOff);
        }
    }

    @ParameterizedTest
    @EnumSource
    void client_thatIsSilent_isCutOffIfAsked(Connections kind) throws IOException {
        open(ServerOptions.builder().connections(kind).idleTimeout(SHORT));
        try (RawClient client = client()) {
            assertEquals("+PONG\r\n", client.ask("PING\r\n", 7));
            assertEquals("", client.receiveAll());
        }
    }
}
