import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Prepares what `bin/kvs` starts; the build runs it with the JDK that it compiles for:
///
/// ```
/// java PrepareLaunch.java TARGET MAIN_JAR
/// ```
///
/// `TARGET/lib` holds the jars of the class path besides `MAIN_JAR`. They go together, with the AOT
/// caches made from them, into a directory whose name is a hash of all their bytes and of the JDK.
/// A virtual machine does not notice that a jar is newer than its cache and runs the old code; this
/// way no cache ever meets another jar than its own. The file `TARGET/launch` names that directory,
/// the JDK and the jars.
///
/// There are two caches, since the virtual machine loads all that is in a cache at once: a small
/// one for plain `set`, `get` and `rm`, and one for all other commands. Where a cache cannot be
/// made there is none; kvs then starts somewhat slower.
public final class PrepareLaunch {
    private static final long PROCESS_SECONDS_MAX = 120;

    private final Path target;
    private final List<Path> jars;
    private final Path javaHome = Path.of(System.getProperty("java.home"));

    private PrepareLaunch(Path target, List<Path> jars) {
        this.target = target;
        this.jars = jars;
    }

    public static void main(String[] arguments) throws Exception {
        Path target = Path.of(arguments[0]).toAbsolutePath();
        List<Path> jars = new ArrayList<>();
        jars.add(target.resolve(arguments[1]));
        for (String jar : Files.readString(target.resolve("classpath")).strip().split(":")) {
            jars.add(Path.of(jar));
        }
        new PrepareLaunch(target, jars).run();
    }

    private void run() throws Exception {
        String name = "kvs-" + hash();
        Path directory = target.resolve(name);
        if (!Files.isDirectory(directory)) {
            Path unfinished = target.resolve("kvs-unfinished");
            delete(unfinished);
            Files.createDirectory(unfinished);
            for (Path jar : jars) {
                Files.copy(jar, unfinished.resolve(jar.getFileName()));
            }
            // What is recorded of the hot methods would make the next start compile them at once.
            rehearse(
                    unfinished,
                    "fast",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UnlockDiagnosticVMOptions",
                    "-XX:-AOTRecordTraining");
            rehearse(unfinished, "full", "-XX:TieredStopAtLevel=4");
            Files.move(unfinished, directory);
        }
        StringBuilder launch = new StringBuilder(name).append('\n').append(javaHome).append('\n');
        for (Path jar : jars) {
            launch.append(jar.getFileName()).append('\n');
        }
        Path file = target.resolve("launch.tmp");
        Files.writeString(file, launch);
        Files.move(file, target.resolve("launch"), StandardCopyOption.ATOMIC_MOVE);
        deleteOthers(directory);
    }

    /// Makes a cache; leaves no file behind if that fails.
    private void rehearse(Path directory, String name, String... more) throws Exception {
        Path cache = directory.resolve(name + ".aot");
        Path scratch = Files.createTempDirectory("kvs-rehearsal");
        String store = scratch.resolve("data").toString();
        List<String> options = new ArrayList<>(List.of(more));
        options.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:-UsePerfData",
                        "-Xlog:disable"));
        options.addAll(List.of("-cp", classPath(directory)));
        boolean made =
                java(name, options, "io.kvs.cli.Main", "--data-dir", store, "set", "first", "")
                        && java(
                                name,
                                options,
                                "-XX:AOTCacheOutput=" + cache,
                                "io.kvs.cli.Rehearsal",
                                name,
                                scratch.toString());
        if (!made) {
            Files.deleteIfExists(cache);
            System.out.println("kvs: there is no AOT cache for the commands of '" + name + "'");
        }
        delete(scratch);
    }

    /// Runs Java, its output in a log file; returns whether that went well.
    private boolean java(String name, List<String> options, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(javaHome.resolve("bin").resolve("java").toString());
        command.addAll(options);
        command.addAll(List.of(arguments));
        Path log = target.resolve("rehearsal-" + name + ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        Process process = builder.start();
        if (!process.waitFor(PROCESS_SECONDS_MAX, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return false;
        }
        return process.exitValue() == 0;
    }

    private String classPath(Path directory) {
        List<String> names = new ArrayList<>();
        for (Path jar : jars) {
            names.add(directory.resolve(jar.getFileName()).toString());
        }
        return String.join(":", names);
    }

    /// Returns a hash of everything that a cache depends on.
    private String hash() throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (Path jar : jars) {
            digest.update(jar.getFileName().toString().getBytes(StandardCharsets.UTF_8));
            digest.update(Files.readAllBytes(jar));
        }
        digest.update(Runtime.version().toString().getBytes(StandardCharsets.UTF_8));
        digest.update(javaHome.toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    private void deleteOthers(Path current) throws IOException {
        try (Stream<Path> files = Files.list(target)) {
            for (Path file : files.toList()) {
                boolean ours = file.getFileName().toString().matches("kvs-[0-9a-f]{16}");
                if (ours && !file.equals(current)) {
                    delete(file);
                }
            }
        }
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> {
                        try {
                            Files.delete(file);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        }
    }
}
