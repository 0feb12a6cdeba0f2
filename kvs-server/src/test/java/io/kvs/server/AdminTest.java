package io.kvs.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.Durability;
import io.kvs.KvStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the server tells by HTTP.
final class AdminTest {
    private static final InetSocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @TempDir Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private KvStore store;
    private KvsServer server;

    @BeforeEach
    void open() throws IOException {
        store = KvStore.open(directory);
        server =
                KvsServer.open(
                        store,
                        ServerOptions.builder()
                                .address(ANY_PORT)
                                .adminAddress(ANY_PORT)
                                .durability(Durability.SYNC)
                                .build());
    }

    @AfterEach
    void close() {
        http.close();
        server.close();
        store.close();
    }

    @Test
    void metrics_afterRequests_countThem() throws Exception {
        try (RawClient client = new RawClient(server.address())) {
            assertEquals("+OK\r\n", client.ask("SET k v\r\n", 5));
            assertEquals("$1\r\nv\r\n", client.ask("GET k\r\n", 7));
            String metrics = get("/metrics").body();
            assertFigure(metrics, "kvs_requests_total{protocol=\"redis\"}", "2");
            assertFigure(metrics, "kvs_connections", "1");
            assertFigure(metrics, "kvs_connections_total", "1");
            assertFigure(metrics, "kvs_received_bytes_total", "16");
            assertFigure(metrics, "kvs_sent_bytes_total", "12");
            assertFigure(metrics, "kvs_syncs_total", "1");
            assertFigure(metrics, "kvs_keys", "1");
            assertFigure(metrics, "kvs_segments", "1");
            assertTrue(metrics.contains("# TYPE kvs_sync_seconds_total counter\n"), metrics);
            for (String line : metrics.lines().toList()) {
                assertTrue(
                        line.matches("# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\\{.*})? [-+.e0-9]+"), line);
            }
        }
    }

    private static void assertFigure(String metrics, String name, String value) {
        assertTrue(metrics.contains("\n" + name + " " + value + "\n"), metrics);
    }

    @Test
    void health_whileServing_isGood() throws Exception {
        assertEquals(200, get("/livez").statusCode());
        assertEquals(200, get("/readyz").statusCode());
        assertEquals(404, get("/livez/more").statusCode());
        assertEquals(404, get("/").statusCode());
    }

    @Test
    void readiness_ofAStoreThatIsClosed_isBad() throws Exception {
        store.close();
        assertEquals(503, get("/readyz").statusCode());
        assertEquals(200, get("/livez").statusCode());
        assertEquals(503, get("/metrics").statusCode());
    }

    @Test
    void address_notAskedFor_isNone() throws IOException {
        ServerOptions options = ServerOptions.builder().address(ANY_PORT).build();
        try (KvsServer other = KvsServer.open(store, options)) {
            assertNull(other.adminAddress());
        }
    }

    private HttpResponse<String> get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.adminAddress().getPort() + path);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
