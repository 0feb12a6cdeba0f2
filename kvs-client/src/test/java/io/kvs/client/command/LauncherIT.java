package io.kvs.client.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.KvsEngine;
import io.kvs.memory.MemoryEngine;
import io.kvs.server.KvsServer;
import io.kvs.server.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program as a user has it: `bin/kvs-client`.
final class LauncherIT {
    private static final Path LAUNCHER = Path.of("..", "bin", "kvs-client").toAbsolutePath();

    @TempDir private Path directory;

    private final KvsEngine engine = new MemoryEngine();
    private KvsServer server;

    /// What a run gave.
    private record Result(int exitCode, String out, String err) {}

    @BeforeEach
    void start() throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = KvsServer.open(engine, ServerOptions.builder().address(anyPort).build());
    }

    @AfterEach
    void stop() {
        server.close();
        engine.close();
    }

    @Test
    void commands_ofAUser_areCarriedOut() throws Exception {
        assertEquals(new Result(0, "", ""), client(Map.of(), "set", "key", "value"));
        assertEquals(new Result(0, "value\n", ""), client(Map.of(), "get", "key"));
        assertEquals(new Result(0, "", ""), client(Map.of(), "rm", "key"));
        assertEquals(new Result(1, "", "Key not found\n"), client(Map.of(), "get", "key"));
        assertEquals(2, client(Map.of(), "get").exitCode());
    }

    /// With this option a virtual machine that cannot use its cache does not start.
    @Test
    void cache_ofTheBuild_fitsTheJarsAndTheOptions() throws Exception {
        engine.set("key", "value");
        Map<String, String> strict = Map.of("KVS_JAVA_OPTS", "-XX:AOTMode=on");
        assertEquals(new Result(0, "value\n", ""), client(strict, "get", "key"));
    }

    @Test
    void environment_ofOtherJavaPrograms_isNotHeard() throws Exception {
        engine.set("key", "value");
        Map<String, String> others = Map.of("JAVA_TOOL_OPTIONS", "-Dx=y", "LC_ALL", "POSIX");
        assertEquals(new Result(0, "value\n", ""), client(others, "get", "key"));
    }

    @Test
    void start_withAnotherJdk_works() throws Exception {
        engine.set("key", "value");
        for (String home : List.of(System.getProperty("java.home"), "/nowhere")) {
            Result result = client(Map.of("KVS_JAVA_HOME", home), "get", "key");
            assertEquals(new Result(0, "value\n", ""), result);
        }
    }

    @Test
    void start_whenNothingIsBuilt_saysHowToBuild() throws Exception {
        Path launcher = Files.createDirectory(directory.resolve("bin")).resolve("kvs-client");
        Files.copy(LAUNCHER, launcher);
        Result result = run(Map.of(), List.of("sh", launcher.toString(), "get", "key"));
        assertEquals(3, result.exitCode());
        assertTrue(result.err().startsWith("kvs-client: it is not built; "), result.err());
        assertEquals(1, result.err().lines().count());
    }

    private Result client(Map<String, String> environment, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(List.of("--addr", "127.0.0.1:" + server.address().getPort()));
        command.addAll(List.of(words));
        return run(environment, command);
    }

    private Result run(Map<String, String> environment, List<String> command) throws Exception {
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.redirectOutput(out.toFile()).redirectError(err.toFile());
        Process process = builder.start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return new Result(
                process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
    }
}
