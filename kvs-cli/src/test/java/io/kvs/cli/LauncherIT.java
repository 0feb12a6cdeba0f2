package io.kvs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program as a user has it: `bin/kvs`.
class LauncherIT {
    private static final Path KVS = Path.of("../bin/kvs").toAbsolutePath().normalize();

    @TempDir private Path directory;

    /// What a run gave.
    private record Result(int exitCode, String out, String err) {}

    @BeforeEach
    void makeStore() throws Exception {
        assertEquals(new Result(0, "", ""), kvs("set", "key", "value"));
    }

    @Test
    void get_printsTheValue() throws Exception {
        assertEquals(new Result(0, "value\n", ""), kvs("get", "key"));
        assertEquals(new Result(1, "", "Key not found\n"), kvs("get", "other"));
        assertEquals(2, kvs("get").exitCode());
    }

    @Test
    void start_throughALinkFromAnywhere_works() throws Exception {
        Path links = Files.createDirectory(directory.resolve("links"));
        Path link = Files.createSymbolicLink(links.resolve("one"), KVS);
        Path second = Files.createSymbolicLink(links.resolve("two"), link.getFileName());
        assertEquals(new Result(0, "value\n", ""), sh(second + " get key"));
        assertEquals(new Result(0, "value\n", ""), sh("cd / && " + second + " get key"));
        assertEquals(
                new Result(0, "value\n", ""),
                sh("cd " + links + " && PATH=.:$PATH && two get key"));
    }

    @Test
    void arguments_areTheSameBytesUnderAnyLocale() throws Exception {
        for (String locale : new String[] {"C", "POSIX", "C.UTF-8", "xx_XX"}) {
            String start = "export LC_ALL=" + locale + "; ";
            assertEquals(0, sh(start + KVS + " set ключ значение").exitCode());
            assertEquals(new Result(0, "значение\n", ""), sh(start + KVS + " get ключ"));
            sh(start + KVS + " set \"$(printf 'k\\377')\" \"$(printf '\\376v')\"");
            Result raw = sh(start + KVS + " get \"$(printf 'k\\377')\" | od -An -tx1");
            assertEquals(new Result(0, " fe 76 0a\n", ""), raw);
        }
        assertEquals(1, kvs("get", "k\uFFFD").exitCode());
        assertEquals(
                new Result(0, "{\"key64\":\"a/8=\"}\n", ""),
                sh(KVS + " scan --keys --json --prefix=\"$(printf 'k\\377')\""));
        assertEquals(1, kvs("history", "k\uFFFD").exitCode());
        Result history = sh(KVS + " history \"$(printf 'k\\377')\"");
        assertTrue(history.out().endsWith("\tvalue\t\\xfev\n"), history.toString());
    }

    @Test
    void dataDirectory_ofAnyLanguage_works() throws Exception {
        Path named = directory.resolve("данные");
        sh("export LC_ALL=C; " + KVS + " --data-dir " + named + " set a 1");
        assertTrue(Files.isDirectory(named));
    }

    @Test
    void output_thatIsClosedOrFull_isAnError() throws Exception {
        assertEquals(
                new Result(3, "", "kvs: cannot write the output: Bad file descriptor\n"),
                sh(KVS + " get key >&-"));
        assertEquals(3, sh(KVS + " export >&- 2>&- <&-").exitCode());
        if (Files.exists(Path.of("/dev/full"))) {
            String full = "kvs: cannot write the output: No space left on device\n";
            assertEquals(new Result(3, "", full), sh(KVS + " get key >/dev/full"));
            assertEquals(new Result(3, "", full), sh(KVS + " --help >/dev/full"));
        }
        assertEquals(new Result(0, "value\n", ""), kvs("get", "key"));
        assertEquals(0, kvs("verify").exitCode());
    }

    @Test
    void environment_ofOtherJavaPrograms_isNotHeard() throws Exception {
        String start = "export JAVA_TOOL_OPTIONS=-Dx=y JDK_JAVA_OPTIONS=-Dx=y; ";
        assertEquals(new Result(0, "value\n", ""), sh(start + KVS + " get key"));
    }

    @Test
    void process_isTheOneThatWasStarted() throws Exception {
        Process owner = new ProcessBuilder(KVS.toString(), "--data-dir", data(), "import").start();
        try (OutputStream input = owner.getOutputStream()) {
            String expected = "kvs: " + data() + " is in use by process " + owner.pid() + "\n";
            // A get meanwhile would own the directory itself for a moment, and the import would
            // fail. Another process tells by nothing but this file that it is so far.
            Path lock = Path.of(data(), "LOCK");
            String line = "process " + owner.pid();
            for (int i = 0; i < 400 && !Files.readString(lock).startsWith(line); i++) {
                Thread.sleep(50);
            }
            assertEquals(new Result(3, "", expected), kvs("get", "key"));
            assertEquals(0, kvs("stats").exitCode());
            input.write("more\tentries\n".getBytes(StandardCharsets.UTF_8));
        }
        assertTrue(owner.waitFor(60, TimeUnit.SECONDS));
        assertEquals(new Result(0, "entries\n", ""), kvs("get", "more"));
    }

    @Test
    void import_ofWhatFindPrints_works() throws Exception {
        Files.createFile(directory.resolve("back\\slash and space"));
        Result result =
                sh(
                        "cd "
                                + directory
                                + " && find . -name 'back*' -printf '%p\\t%s %t\\n' | "
                                + KVS
                                + " import -");
        assertEquals(new Result(0, "imported 1 entry\n", ""), result);
        assertTrue(kvs("get", "./back\\slash and space").out().startsWith("0 "));
    }

    @Test
    void setIfAbsent_works() throws Exception {
        assertEquals(new Result(1, "", "Key exists\n"), kvs("set", "key", "other", "--if-absent"));
        assertEquals(new Result(0, "", ""), kvs("set", "--if-absent", "new", "one"));
        assertEquals(new Result(0, "one\n", ""), kvs("get", "new"));
    }

    @Test
    void scan_whoseReaderGoesAway_endsQuietly() throws Exception {
        sh("seq 200000 | sed 's/$/\tvalue/' | " + KVS + " import");
        Result result = sh("{ " + KVS + " scan; echo $? >&2; } | head -n 1");
        assertEquals(new Result(0, "1\tvalue\n", "0\n"), result);
    }

    @Test
    void export_intoImport_copies() throws Exception {
        String copy = directory.resolve("copy").toString();
        Result result = sh(KVS + " export | " + KVS + " import --data-dir " + copy);
        assertEquals(new Result(0, "imported 1 entry\n", ""), result);
        assertEquals(new Result(0, "value\n", ""), kvs("get", "key", "--data-dir", copy));
    }

    @Test
    void start_whenNothingIsBuilt_saysHowToBuild() throws Exception {
        Path bin = Files.createDirectory(directory.resolve("bin"));
        Files.copy(KVS, bin.resolve("kvs"));
        Result result = sh("sh " + bin.resolve("kvs") + " get key");
        assertEquals(3, result.exitCode());
        assertTrue(result.err().startsWith("kvs: it is not built; "), result.err());
        assertEquals(1, result.err().lines().count());
    }

    @Test
    void start_withAnotherJdk_works() throws Exception {
        String start = "export KVS_JAVA_HOME='" + System.getProperty("java.home") + "'; ";
        assertEquals(new Result(0, "value\n", ""), sh(start + KVS + " get key"));
        start = "export KVS_JAVA_HOME=/nowhere; ";
        assertEquals(new Result(0, "value\n", ""), sh(start + KVS + " get key"));
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    private Result kvs(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(KVS.toString());
        command.addAll(List.of(arguments));
        return run(command);
    }

    private Result sh(String script) throws Exception {
        return run(List.of("sh", "-c", script));
    }

    private Result run(List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(directory, "run", ".out");
        Path err = Files.createTempFile(directory, "run", ".err");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putIfAbsent("KVS_DATA_DIR", data());
        builder.redirectOutput(out.toFile()).redirectError(err.toFile());
        Process process = builder.start();
        process.getOutputStream().close();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), command.toString());
        return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
