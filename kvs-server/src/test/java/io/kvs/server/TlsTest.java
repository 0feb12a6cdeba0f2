package io.kvs.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.memory.MemoryEngine;
import io.kvs.server.ServerOptions.Connections;
import io.kvs.server.access.Tls;
import io.kvs.testkit.TlsKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The server behind TLS, with and without certificates of clients.
final class TlsTest {
    private static final char[] PASSWORD = TlsKeys.PASSWORD.toCharArray();
    private static final String HOST = "ip:127.0.0.1";
    private static final int TIMEOUT_MILLIS = 20_000;

    @TempDir static Path directory;

    private static TlsKeys serverKeys;
    private static TlsKeys clientKeys;
    private static TlsKeys strangerKeys;

    private final MemoryEngine engine = new MemoryEngine();
    private KvsServer server;

    @BeforeAll
    static void makeKeys() throws Exception {
        serverKeys = TlsKeys.create(directory, "server", "EC", HOST);
        clientKeys = TlsKeys.create(directory, "client", "RSA", HOST);
        strangerKeys = TlsKeys.create(directory, "stranger", "EC", HOST);
    }

    private void open(Connections kind, Path clientAuthorities) throws IOException {
        open(kind, clientAuthorities, Duration.ofSeconds(20));
    }

    private void open(Connections kind, Path clientAuthorities, Duration handshakeTimeout)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server =
                KvsServer.open(
                        engine,
                        ServerOptions.builder()
                                .address(address)
                                .connections(kind)
                                .handshakeTimeout(handshakeTimeout)
                                .tls(
                                        Tls.load(
                                                serverKeys.certificate(),
                                                serverKeys.key(),
                                                clientAuthorities))
                                .build());
    }

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
        engine.close();
    }

    private SSLSocket client(TlsKeys own) throws Exception {
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, PASSWORD);
        trusted.setCertificateEntry("server", serverKeys.store().getCertificate("key"));
        trust.init(trusted);
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own == null ? null : own.store(), PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
        InetSocketAddress address = server.address();
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(address.getAddress(), address.getPort());
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    private static String ask(Socket socket, String request, int count) throws IOException {
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        return new String(socket.getInputStream().readNBytes(count), ISO_8859_1);
    }

    @ParameterizedTest
    @EnumSource
    void requests_ofAnyLength_areAnswered(Connections kind) throws Exception {
        open(kind, null);
        String value = "x".repeat(3_000_000);
        for (String version : List.of("TLSv1.3", "TLSv1.2")) {
            try (SSLSocket client = client(null)) {
                client.setEnabledProtocols(new String[] {version});
                assertEquals("+PONG\r\n", ask(client, "PING\r\n", 7));
                assertEquals(
                        "+OK\r\n",
                        ask(
                                client,
                                "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3000000\r\n" + value + "\r\n",
                                5));
                assertEquals(value, ask(client, "GET k\r\n", 3_000_012).substring(10, 3_000_010));
                int pings = 50_000;
                assertEquals(
                        "+PONG\r\n".repeat(pings),
                        ask(client, "PING\r\n".repeat(pings), 7 * pings));
                assertEquals("+OK\r\n", ask(client, "QUIT\r\n", 5));
                assertEquals(-1, client.getInputStream().read());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void client_withoutTheRightCertificate_isRefused(Connections kind) throws Exception {
        open(kind, clientKeys.certificate());
        try (SSLSocket client = client(clientKeys)) {
            assertEquals("+PONG\r\n", ask(client, "PING\r\n", 7));
        }
        try (SSLSocket stranger = client(strangerKeys)) {
            assertThrows(IOException.class, () -> askOrEnd(stranger));
        }
        try (SSLSocket nobody = client(null)) {
            assertThrows(IOException.class, () -> askOrEnd(nobody));
        }
    }

    private static void askOrEnd(Socket socket) throws IOException {
        if (!ask(socket, "PING\r\n", 7).equals("+PONG\r\n")) {
            throw new IOException("the connection was closed");
        }
    }

    @ParameterizedTest
    @EnumSource
    void garbage_insteadOfAHandshake_isCutOff(Connections kind) throws Exception {
        open(kind, null, Duration.ofSeconds(2));
        Random random = new Random(20_261_128);
        for (int i = 0; i < 50; i++) {
            byte[] garbage = new byte[1 + random.nextInt(2_000)];
            random.nextBytes(garbage);
            if (i % 2 == 0) {
                garbage = "PING\r\n".getBytes(UTF_8);
            }
            try (RawClient client = new RawClient(server.address())) {
                client.send(garbage);
                client.endOutput();
                client.receiveAll();
            } catch (SocketException _) {
                // Reset: cut off as well.
            }
        }
        try (RawClient silent = new RawClient(server.address());
                SSLSocket client = client(null)) {
            client.startHandshake();
            assertEquals("", silent.receiveAll());
            assertEquals("+PONG\r\n", ask(client, "PING\r\n", 7));
        }
    }

    @Test
    void load_wrongFiles_saysWhichAndWhy() throws IOException {
        Path empty = Files.writeString(directory.resolve("empty"), "");
        Path old = directory.resolve("old.key");
        TlsKeys.writePem(old, "EC PRIVATE KEY", new byte[10]);
        Path broken = directory.resolve("broken.key");
        TlsKeys.writePem(broken, "PRIVATE KEY", new byte[10]);
        Path serverCertificate = serverKeys.certificate();
        assertProblem(empty + " has no certificate", empty, serverKeys.key());
        assertProblem(
                "cannot read " + directory.resolve("none"),
                serverCertificate,
                directory.resolve("none"));
        assertProblem(old + " has no key in PKCS #8", serverCertificate, old);
        assertProblem(broken + " has a broken key", serverCertificate, broken);
    }

    private static void assertProblem(String start, Path certificate, Path key) {
        IOException refused =
                assertThrows(IOException.class, () -> Tls.load(certificate, key, null));
        assertTrue(refused.getMessage().startsWith(start), refused.getMessage());
    }
}
