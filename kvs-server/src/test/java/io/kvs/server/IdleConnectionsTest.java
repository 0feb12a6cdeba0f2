package io.kvs.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.memory.MemoryEngine;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Many connections that do nothing cost little, and hold nobody up.
final class IdleConnectionsTest {
    private static final int CONNECTIONS = 10_000;
    private static final int CONNECTION_BYTES_MAX = 4 << 10;

    @Test
    void tenThousandIdleConnections_takeLittleMemory_andAreStillServed() throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ServerOptions options =
                ServerOptions.builder().address(address).clientsMax(CONNECTIONS + 1).build();
        try (MemoryEngine engine = new MemoryEngine();
                KvsServer server = KvsServer.open(engine, options);
                RawClient witness = new RawClient(server.address())) {
            assertEquals("+PONG\r\n", witness.ask("PING\r\n", 7));
            long before = usedBytes();
            Process clients = start(server.address().getPort());
            try (BufferedReader out = clients.inputReader(UTF_8)) {
                assertEquals("open", out.readLine());
                long taken = usedBytes() - before;
                assertTrue(
                        taken < (long) CONNECTIONS * CONNECTION_BYTES_MAX, () -> taken + " bytes");
                for (int i = 0; i < 1_000; i++) {
                    assertEquals("+PONG\r\n", witness.ask("PING\r\n", 7));
                }
                clients.getOutputStream().write('\n');
                clients.getOutputStream().flush();
                assertEquals("alive", out.readLine());
                assertTrue(clients.waitFor(30, TimeUnit.SECONDS));
            } finally {
                clients.destroyForcibly();
            }
            assertEquals("+PONG\r\n", witness.ask("PING\r\n", 7));
        }
    }

    private static Process start(int port) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.kvs.server.IdleClients",
                        String.valueOf(port),
                        String.valueOf(CONNECTIONS))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
