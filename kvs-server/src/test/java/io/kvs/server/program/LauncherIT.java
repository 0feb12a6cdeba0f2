package io.kvs.server.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.server.RawClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `bin/kvs-server` as a process, from its start to its end.
final class LauncherIT {
    private static final Path LAUNCHER = Path.of("..", "bin", "kvs-server").toAbsolutePath();
    private static final Pattern LISTENS =
            Pattern.compile(
                    "kvs-server \\S+ listens on 127\\.0\\.0\\.1:([0-9]+), engine (\\S+), data");

    @TempDir Path directory;

    private Process process;
    private InetSocketAddress address;
    private String engine;

    @AfterEach
    void endProcess() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Test
    void sigterm_afterRequests_answersThemAndLosesNothing() throws Exception {
        start("--engine", "kvs");
        int writes = 20_000;
        try (RawClient client = new RawClient(address)) {
            assertEquals("+PONG\r\n", client.ask("PING\r\n", 7));
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < writes; i++) {
                requests.append("SET key-").append(i).append(" value\r\n");
            }
            client.send(requests.toString());
            process.destroy();
            String replies = client.receiveAll();
            assertTrue(replies.matches("(\\+OK\r\n)*"), "only whole replies");
            assertEquals(0, exitCode());

            start();
            assertEquals("kvs", engine);
            try (RawClient again = new RawClient(address)) {
                for (int i = 0; i < replies.length() / 5; i++) {
                    assertEquals(
                            "$5\r\nvalue\r\n", again.ask("GET key-" + i + "\r\n", 11), "key " + i);
                }
            }
        }
        process.destroy();
        assertEquals(0, exitCode());
    }

    @Test
    void files_areTheOwnersAlone() throws Exception {
        start();
        try (RawClient client = new RawClient(address)) {
            assertEquals("+OK\r\n", client.ask("SET k v\r\n", 5));
        }
        process.destroy();
        assertEquals(0, exitCode());
        Path data = directory.resolve("data");
        assertEquals("rwx------", permissions(data));
        try (Stream<Path> files = Files.list(data)) {
            for (Path file : files.toList()) {
                assertEquals("rw-------", permissions(file), file.toString());
            }
        }
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void engineLastUsed_isUsedAgain_andAnotherRefused() throws Exception {
        start("--engine", "rocksdb");
        process.destroy();
        assertEquals(0, exitCode());
        start();
        assertEquals("rocksdb", engine);
        process.destroy();
        assertEquals(0, exitCode());
        Process refused = launch("--engine", "kvs");
        String error = new String(refused.getErrorStream().readAllBytes(), UTF_8);
        assertTrue(refused.waitFor(60, TimeUnit.SECONDS));
        assertEquals(3, refused.exitValue());
        assertTrue(error.matches("kvs-server: [^\n]*rocksdb[^\n]*\n"), error);
    }

    @Test
    void address_thatIsTaken_isOneLine() throws Exception {
        start();
        Process second = launch("--addr", "127.0.0.1:" + address.getPort(), "--engine", "memory");
        String error = new String(second.getErrorStream().readAllBytes(), UTF_8);
        assertTrue(second.waitFor(60, TimeUnit.SECONDS));
        assertEquals(3, second.exitValue());
        assertTrue(error.matches("kvs-server: [^\n]*\n"), error);
    }

    private void start(String... arguments) throws IOException {
        process = launch(arguments);
        BufferedReader err = process.errorReader(UTF_8);
        String line = err.readLine();
        assertNotNull(line, "it has ended");
        Matcher matcher = LISTENS.matcher(line);
        assertTrue(matcher.find(), line);
        address =
                new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), Integer.parseInt(matcher.group(1)));
        engine = matcher.group(2);
    }

    private Process launch(String... arguments) throws IOException {
        List<String> fixed =
                List.of(LAUNCHER.toString(), "--data-dir", directory.resolve("data").toString());
        ProcessBuilder builder =
                new ProcessBuilder(Stream.concat(fixed.stream(), Stream.of(arguments)).toList());
        builder.environment().keySet().removeIf(name -> name.startsWith("KVS_"));
        builder.environment().put("KVS_ADDR", "127.0.0.1:0");
        return builder.start();
    }

    private int exitCode() throws InterruptedException {
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it does not end");
        return process.exitValue();
    }
}
