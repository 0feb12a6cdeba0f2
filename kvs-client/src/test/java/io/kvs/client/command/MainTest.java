package io.kvs.client.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.KvsEngine;
import io.kvs.cli.Surroundings;
import io.kvs.memory.MemoryEngine;
import io.kvs.protocol.rpc.Preamble;
import io.kvs.server.KvsServer;
import io.kvs.server.ServerOptions;
import io.kvs.server.access.Tls;
import io.kvs.testkit.TlsKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The program, in this process, with a server in it too.
@Timeout(60)
class MainTest {
    private final KvsEngine engine = new MemoryEngine();
    private KvsServer server;
    private String address;
    private Console console;

    @BeforeEach
    void start() throws IOException {
        server = KvsServer.open(engine, options().build());
        address = "127.0.0.1:" + server.address().getPort();
        console = new Console(address);
    }

    private static ServerOptions.Builder options() {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return ServerOptions.builder().address(anyPort);
    }

    @AfterEach
    void stop() {
        server.close();
        engine.close();
    }

    @Test
    void set_thenGet_printsValueAndNewline() {
        console.done("", "set", "key", "value");
        console.done("value\n", "get", "key");
        console.done("", "set", "key", "");
        console.done("\n", "get", "key", "--addr", address);
        console.done("\n", "--addr=" + address, "get", "--", "key");
        console.done("", "set", "--", "-k", "-v");
        assertEquals(Optional.of("-v"), engine.get("-k"));
    }

    @Test
    void get_largeValue_isWhole() {
        byte[] value = new byte[3 << 20];
        Arrays.fill(value, (byte) 'v');
        engine.set("key".getBytes(StandardCharsets.UTF_8), value);
        assertEquals(0, console.run("get", "key"), console.err::toString);
        byte[] output = console.out.toByteArray();
        assertEquals('\n', output[value.length]);
        assertArrayEquals(value, Arrays.copyOf(output, value.length));
    }

    @Test
    void getAndRm_ofAMissingKey_sayKeyNotFound() {
        assertEquals("Key not found\n", console.failed(1, "get", "key"));
        assertEquals("Key not found\n", console.failed(1, "rm", "key"));
        engine.set("key", "value");
        console.done("", "rm", "key");
        assertEquals(0, engine.size());
    }

    @Test
    void wrongUsage_isOneLineAndExitCode2() {
        for (String[] wrong :
                new String[][] {
                    {},
                    {"get"},
                    {"get", "a", "b"},
                    {"set", "a"},
                    {"put", "a", "b"},
                    {"get", "a", "--addr"},
                    {"get", "a", "--nothing"},
                    {"get", "a", "--addr", "127.0.0.1"},
                    {"get", "a", "--addr", "127.0.0.1:0"},
                    {"get", "a", "--addr", "127.0.0.1:65536"},
                    {"get", "a", "--addr", "::1:4000"},
                    {"get", "a", "--addr", ":4000"},
                    {"get", ""},
                    {"get", "a", "--tls-ca"},
                    {"get", "a", "--tls=yes"},
                    {"get", "a", "--tls-cert", "client.crt"},
                    {"get", "a", "--tls-key=client.key"},
                }) {
            assertTrue(console.failed(2, wrong).startsWith("kvs-client: "));
        }
    }

    @Test
    void helpAndVersion_arePrinted() {
        assertEquals(0, console.run("--help"));
        assertTrue(console.out.toString(StandardCharsets.UTF_8).startsWith("Usage: kvs-client "));
        assertEquals(0, console.run("-V"));
        assertTrue(console.out.toString(StandardCharsets.UTF_8).startsWith("kvs-client "));
    }

    @Test
    void server_thatIsNotThere_isOneLine() {
        server.close();
        assertEquals(
                "kvs-client: nobody listens at " + address + "\n", console.failed(3, "get", "key"));
        assertEquals(
                "kvs-client: there is no host no-such-host.invalid\n",
                console.failed(3, "get", "key", "--addr", "no-such-host.invalid:4000"));
    }

    @Test
    void password_comesFromTheVariable() throws IOException {
        try (KvsServer guarded = KvsServer.open(engine, options().password("secret").build())) {
            String guardedAddress = "127.0.0.1:" + guarded.address().getPort();
            Console user = new Console(guardedAddress);
            assertEquals(
                    "kvs-client: the server at "
                            + guardedAddress
                            + " says: the password is wrong or missing\n",
                    user.failed(3, "set", "key", "value"));
            user.variables.put("KVS_REQUIREPASS", "secret");
            user.done("", "set", "key", "value");
        }
    }

    @Test
    void tls_asksForCertificates(@TempDir Path directory) throws Exception {
        TlsKeys keys = TlsKeys.create(directory, "own", "EC", "ip:127.0.0.1");
        String certificate = keys.certificate().toString();
        Tls tls = Tls.load(keys.certificate(), keys.key(), keys.certificate());
        try (KvsServer guarded = KvsServer.open(engine, options().tls(tls).build())) {
            Console user = new Console("127.0.0.1:" + guarded.address().getPort());
            String[] own = {"--tls-cert", certificate, "--tls-key=" + keys.key()};
            user.done("", "set", "key", "value", "--tls-ca", certificate, own[0], own[1], own[2]);
            user.done("value\n", "get", "key", "--tls-ca=" + certificate, own[0], own[1], own[2]);
            String line = user.failed(3, "get", "key", "--tls", own[0], own[1], own[2]);
            assertTrue(line.contains("unable to find valid certification path"), line);
            user.failed(3, "get", "key");
            String none = directory.resolve("none").toString();
            assertEquals(
                    "kvs-client: cannot read " + none + ": there is no such file\n",
                    user.failed(3, "get", "key", "--tls-ca", none));
        }
    }

    @Test
    void answers_thatAreNone_areOneLine() throws Exception {
        answered("-ERR unknown command\r\n", " does not speak the protocol of kvs: ");
        answered("", " is lost: the server has closed it");
        byte[] refusal = {8, 0, 0, 0, 0x2A, 6, 8, 9, 0x12, 2, 'n', 'o'};
        answered(new String(refusal, StandardCharsets.ISO_8859_1), " says: no");
    }

    /// A server that answers what it likes.
    private static void answered(String answer, String expected) throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual()
                    .start(() -> {
                        try (Socket socket = listening.accept()) {
                            socket.getInputStream().readNBytes(Preamble.LENGTH);
                            socket.getOutputStream()
                                    .write(answer.getBytes(StandardCharsets.ISO_8859_1));
                            socket.shutdownOutput();
                            socket.getInputStream().readAllBytes();
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    });
            Console console = new Console("127.0.0.1:" + listening.getLocalPort());
            String line = console.failed(3, "get", "key");
            assertTrue(line.contains(expected), line);
        }
    }

    @Test
    void key_thatIsTooLong_isWrongUsage() {
        String line = console.failed(2, "get", "k".repeat(65_537));
        assertTrue(line.startsWith("kvs-client: invalid key: "), line);
    }

    /// What the program sees and prints.
    private static final class Console implements Surroundings {
        private final Map<String, String> variables = new HashMap<>();
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();

        Console(String address) {
            variables.put("KVS_ADDR", address);
        }

        int run(String... arguments) {
            out.reset();
            err.reset();
            return Main.run(arguments, this);
        }

        void done(String output, String... arguments) {
            assertEquals(0, run(arguments), err::toString);
            assertEquals(output, out.toString(StandardCharsets.UTF_8));
            assertEquals("", err.toString(StandardCharsets.UTF_8));
        }

        /// Runs what must fail; returns the one line on standard error.
        String failed(int exitCode, String... arguments) {
            assertEquals(exitCode, run(arguments), err::toString);
            assertEquals("", out.toString(StandardCharsets.UTF_8));
            String line = err.toString(StandardCharsets.UTF_8);
            assertEquals(line.length() - 1, line.indexOf('\n'), line);
            return line;
        }

        @Override
        public String program() {
            return "kvs-client";
        }

        @Override
        public InputStream in() {
            return InputStream.nullInputStream();
        }

        @Override
        public OutputStream out() {
            return out;
        }

        @Override
        public OutputStream err() {
            return err;
        }

        @Override
        public @Nullable String variable(String name) {
            return variables.get(name);
        }

        @Override
        public boolean isWatched() {
            return false;
        }
    }
}
