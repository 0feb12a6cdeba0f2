package io.kvs.server.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the program says instead of serving.
final class MainTest {
    @TempDir Path directory;

    private final Map<String, String> environment = new HashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void setDirectory() {
        environment.put("KVS_DATA_DIR", directory.resolve("data").toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--addr nonsense | --addr must be an address such as 127.0.0.1:4000, not 'nonsense'",
                "--addr 127.0.0.1:70000 | --addr must be an address such as 127.0.0.1:4000, not"
                        + " '127.0.0.1:70000'",
                "--addr 0.0.0.0:0 | --addr is an address that other machines reach: set"
                        + " --requirepass as well, or --allow-unprotected=yes",
                "--engine sled | there is no engine 'sled'; there are kvs, memory, rocksdb",
                "--durability none | --durability must be 'process' or 'sync', not 'none'",
                "--max-value 1GiB | valueBytesMax is from 1 to 536870912, not 1073741824",
                "--max-value 3GiB | --max-value must be a size below 2GiB, not '3GiB'",
                "--loops 0 | --loops must be a number from 1 to 999999999, not '0'",
                "--idle-timeout 5 | --idle-timeout must be a time such as 500ms, 5s, 10min, 1h or"
                        + " 1d, not '5'",
                "--data-dir= | --data-dir must be a text that is not empty, not ''",
                "--nonsense | Unknown option: '--nonsense'",
                "extra | Unmatched argument at index 0: 'extra'",
                "--config missing | there is no file missing"
            })
    void run_wrongUsage_isOneLine(String arguments, String problem) {
        assertEquals(2, run(arguments.split(" ", -1)));
        assertEquals("kvs-server: " + problem + "; see kvs-server --help\n", text(err));
        assertEquals("", text(out));
        assertFalse(Files.exists(directory.resolve("data")));
    }

    @Test
    void run_version_isPrinted() {
        assertEquals(0, run("-V"));
        assertTrue(text(out).matches("kvs-server [0-9]+\\.[0-9]+\\.[0-9]+\\S*\n"), text(out));
    }

    @Test
    void run_help_listsTheEngines() {
        assertEquals(0, run("--help"));
        for (String expected :
                new String[] {"--tls-cert", "  kvs  ", "  memory  ", "  rocksdb  "}) {
            assertTrue(text(out).contains(expected), expected);
        }
    }

    @Test
    void printConfig_ofEachOrigin_saysWhereItIsFrom() throws IOException {
        Path file = directory.resolve("kvs.conf");
        Files.writeString(file, "# of a person\n\nloops = 3\nmax-value = 1MiB\naddr=[::1]:1\n");
        environment.put("KVS_MAX_VALUE", "2MiB");
        environment.put("KVS_REQUIREPASS", "secret");
        environment.put("KVS_CONFIG", file.toString());
        assertEquals(0, run("--print-config", "--addr", "127.0.0.1:2"));
        String printed = text(out).replaceAll(" +", " ");
        assertTrue(printed.contains("addr = 127.0.0.1:2 # command line\n"), printed);
        assertTrue(printed.contains("max-value = 2MiB # $KVS_MAX_VALUE\n"), printed);
        assertTrue(printed.contains("loops = 3 # " + file + ":3\n"), printed);
        assertTrue(printed.contains("durability = process # default\n"), printed);
        assertTrue(printed.contains("# tls-cert is not set # default\n"), printed);
        assertFalse(printed.contains("secret"), printed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense = 1 | :1: there is no setting 'nonsense'",
                "loops | :1: expected 'name = value'",
                "loops = x | :1: loops must be a number from 1 to 999999999, not 'x'",
                "loops = 1~loops = 2 | :2: 'loops' is set twice"
            })
    void run_wrongFile_namesTheLine(String lines, String problem) throws IOException {
        Path file = directory.resolve("kvs.conf");
        Files.writeString(file, lines.replace('~', '\n'));
        assertEquals(2, run("--config", file.toString()));
        assertEquals("kvs-server: " + file + problem + "; see kvs-server --help\n", text(err));
    }

    @Test
    void run_wrongPassword_isNotShown() {
        environment.put("KVS_REQUIREPASS", "");
        assertEquals(2, run());
        assertEquals(
                "kvs-server: $KVS_REQUIREPASS must be a text that is not empty; see kvs-server"
                        + " --help\n",
                text(err));
    }

    @Test
    void run_directoryOfAnotherEngine_isRefusedInOneLine() throws IOException {
        Path data = Files.createDirectory(directory.resolve("data"));
        Files.writeString(data.resolve("ENGINE"), "rocksdb\n");
        assertEquals(3, run("--engine", "kvs", "--addr", "127.0.0.1:0"));
        assertTrue(text(err).matches("kvs-server: [^\n]*rocksdb[^\n]*\n"), text(err));
    }

    private int run(String... arguments) {
        return Main.run(arguments, environment, stream(out), stream(err));
    }

    private static PrintStream stream(ByteArrayOutputStream target) {
        return new PrintStream(target, true, UTF_8);
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(UTF_8).replace(System.lineSeparator(), "\n");
    }
}
