package io.kvs.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.memory.MemoryEngine;
import io.kvs.server.ServerOptions.Connections;
import io.kvs.server.access.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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
    private static final char[] PASSWORD = "password".toCharArray();
    private static final int TIMEOUT_MILLIS = 20_000;

    @TempDir static Path directory;

    private static KeyStore serverKeys;
    private static KeyStore clientKeys;
    private static KeyStore strangerKeys;
    private static Path serverCertificate;
    private static Path serverKey;
    private static Path clientCertificate;

    private final MemoryEngine engine = new MemoryEngine();
    private KvsServer server;

    @BeforeAll
    static void makeKeys() throws Exception {
        serverKeys = keys("server", "EC");
        clientKeys = keys("client", "RSA");
        strangerKeys = keys("stranger", "EC");
        serverCertificate = write("server.crt", "CERTIFICATE", certificate(serverKeys));
        clientCertificate = write("client.crt", "CERTIFICATE", certificate(clientKeys));
        serverKey =
                write("server.key", "PRIVATE KEY", serverKeys.getKey("key", PASSWORD).getEncoded());
    }

    private static KeyStore keys(String name, String algorithm) throws Exception {
        Path file = directory.resolve(name + ".p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process process =
                new ProcessBuilder(
                                keytool.toString(),
                                "-genkeypair",
                                "-alias",
                                "key",
                                "-keyalg",
                                algorithm,
                                "-dname",
                                "CN=" + name,
                                "-keystore",
                                file.toString(),
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                new String(PASSWORD))
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve(name + ".log").toFile())
                        .start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        return store;
    }

    private static byte[] certificate(KeyStore store) throws Exception {
        return store.getCertificate("key").getEncoded();
    }

    private static Path write(String name, String type, byte[] content) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(
                directory.resolve(name),
                "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n");
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
                                .tls(Tls.load(serverCertificate, serverKey, clientAuthorities))
                                .build());
    }

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
        engine.close();
    }

    private SSLSocket client(KeyStore own) throws Exception {
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, PASSWORD);
        trusted.setCertificateEntry("server", serverKeys.getCertificate("key"));
        trust.init(trusted);
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD);
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
        open(kind, clientCertificate);
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
        Path old = write("old.key", "EC PRIVATE KEY", new byte[10]);
        Path broken = write("broken.key", "PRIVATE KEY", new byte[10]);
        assertProblem(empty + " has no certificate", empty, serverKey);
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
