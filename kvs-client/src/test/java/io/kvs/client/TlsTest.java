package io.kvs.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.RemoteException;
import io.kvs.memory.MemoryEngine;
import io.kvs.server.KvsServer;
import io.kvs.server.ServerOptions;
import io.kvs.server.access.Tls;
import io.kvs.testkit.TlsKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Both forms of the client with a server behind TLS, with and without certificates of clients.
@Timeout(60)
class TlsTest {
    private static final Duration SOON = Duration.ofMillis(300);

    @TempDir static Path directory;

    private static TlsKeys serverKeys;
    private static TlsKeys clientKeys;
    private static TlsKeys strangerKeys;

    private final MemoryEngine engine = new MemoryEngine();
    private KvsServer server;

    @BeforeAll
    static void makeKeys() throws Exception {
        serverKeys = TlsKeys.create(directory, "server", "EC", "ip:127.0.0.1");
        clientKeys = TlsKeys.create(directory, "client", "EC", "dns:client");
        strangerKeys = TlsKeys.create(directory, "stranger", "EC", "dns:stranger");
    }

    private void open(Path clientAuthorities) throws IOException {
        Tls tls = Tls.load(serverKeys.certificate(), serverKeys.key(), clientAuthorities);
        server =
                KvsServer.open(
                        engine, ServerOptions.builder().address(Served.anyPort()).tls(tls).build());
    }

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
        engine.close();
    }

    private ClientOptions options(ClientTls tls) {
        return ClientOptions.defaults().withAddress(address("127.0.0.1")).withTls(tls);
    }

    private InetSocketAddress address(String host) {
        return new InetSocketAddress(host, server.address().getPort());
    }

    private static ClientTls tls(TlsKeys own) throws IOException {
        return own == null
                ? ClientTls.load(serverKeys.certificate(), null, null)
                : ClientTls.load(serverKeys.certificate(), own.certificate(), own.key());
    }

    @Test
    void requests_ofAnyLengthAndMany_areAnswered() throws Exception {
        open(null);
        byte[] key = {1};
        byte[] value = new byte[5 << 20];
        new Random(1).nextBytes(value);
        try (KvsClient client = KvsClient.open(options(tls(null)))) {
            client.set(key, value);
            assertArrayEquals(value, client.get(key).orElseThrow());
            List<CompletableFuture<Void>> written = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                byte[] text = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
                written.add(client.async().set(text, text));
            }
            written.forEach(CompletableFuture::join);
            assertEquals(Optional.of("19999"), client.get("19999"));
        }
        OneRequest once = new OneRequest(options(tls(null)));
        assertArrayEquals(value, once.get(key));
        once.set(key, key);
        assertArrayEquals(key, once.get(key));
    }

    @Test
    void client_withTheCertificateThatIsWanted_isServed() throws Exception {
        open(clientKeys.certificate());
        try (KvsClient client = KvsClient.open(options(tls(clientKeys)))) {
            client.set("key", "value");
            assertEquals(Optional.of("value"), client.get("key"));
        }
        assertArrayEquals(
                "value".getBytes(StandardCharsets.UTF_8),
                new OneRequest(options(tls(clientKeys)))
                        .get("key".getBytes(StandardCharsets.UTF_8)));
        assertRefused(options(tls(strangerKeys)), "");
        assertRefused(options(tls(null)), "");
    }

    @Test
    void server_thatIsNotTrustedOrHasAnotherName_isRefused() throws Exception {
        open(null);
        ClientTls trustsOthers = ClientTls.load(strangerKeys.certificate(), null, null);
        assertRefused(options(trustsOthers), "unable to find valid certification path");
        ClientTls trustsThoseOfTheJdk = ClientTls.load(null, null, null);
        assertRefused(options(trustsThoseOfTheJdk), "unable to find valid certification path");
        InetSocketAddress otherName =
                new InetSocketAddress(
                        InetAddress.getByAddress("other.invalid", new byte[] {127, 0, 0, 1}),
                        server.address().getPort());
        assertRefused(options(tls(null)).withAddress(otherName), "No name matching other.invalid");
    }

    @Test
    void plainClient_ofAServerWithTls_isToldInOneLine() throws Exception {
        open(null);
        assertRefused(options(null), " is lost: ");
    }

    @Test
    void client_withTls_ofAServerWithout_isToldInOneLine() throws Exception {
        server = KvsServer.open(engine, ServerOptions.builder().address(Served.anyPort()).build());
        assertRefused(options(tls(null)).withConnectTimeout(SOON), " TLS");
        try (FakeServer fake =
                new FakeServer((in, out, _) -> {
                    in.read();
                    out.write("-ERR unknown command\r\n".getBytes(StandardCharsets.UTF_8));
                })) {
            ClientOptions options = options(tls(null)).withAddress(fake.address());
            assertRefused(options, "no TLS with the server at ");
        }
    }

    @Test
    void load_aCertificateWithoutItsKey_isRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> ClientTls.load(null, clientKeys.certificate(), null));
    }

    private static void assertRefused(ClientOptions options, String problem) {
        RemoteException refused =
                assertThrows(RemoteException.class, () -> KvsClient.open(options).close());
        assertMessage(refused, problem);
        OneRequest once = new OneRequest(options);
        assertMessage(assertThrows(RemoteException.class, () -> once.get(new byte[] {1})), problem);
    }

    private static void assertMessage(RemoteException refused, String problem) {
        String message = refused.getMessage();
        assertTrue(message.contains(problem), message);
        assertEquals(-1, message.indexOf('\n'), message);
        assertEquals(-1, message.indexOf("Exception"), message);
    }
}
