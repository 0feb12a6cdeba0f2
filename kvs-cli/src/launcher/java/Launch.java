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

/// What a program in `bin` starts, prepared by the build with the JDK that it compiles for.
///
/// `TARGET/lib` holds the jars of the class path besides the main one. They go together, with the
/// AOT caches made from them, into a directory whose name is a hash of all their bytes and of the
/// JDK. A virtual machine does not notice that a jar is newer than its cache and runs the old code;
/// this way no cache ever meets another jar than its own. The file `TARGET/launch` names that
/// directory, the JDK and the jars.
///
/// Where a cache cannot be made there is none; the program then starts somewhat slower.
final class Launch {
    /// For programs that end after a few milliseconds. What is recorded of the hot methods would
    /// make the next start compile them at once.
    static final List<String> FAST =
            List.of(
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UnlockDiagnosticVMOptions",
                    "-XX:-AOTRecordTraining");

    private static final long PROCESS_SECONDS_MAX = 120;

    private final String program;
    private final Path target;
    private final List<Path> jars = new ArrayList<>();
    private final Path javaHome = Path.of(System.getProperty("java.home"));

    /// Makes the caches of a new directory by {@link #rehearse}.
    interface Rehearsals {
        void make(Path directory) throws Exception;
    }

    /// Prepares the launch of a program.
    ///
    /// @param target of the module; has a file `classpath`
    Launch(String program, Path target, String mainJar) throws IOException {
        this.program = program;
        this.target = target.toAbsolutePath();
        jars.add(this.target.resolve(mainJar));
        for (String jar : Files.readString(target.resolve("classpath")).strip().split(":")) {
            jars.add(Path.of(jar));
        }
    }

    void prepare(Rehearsals rehearsals) throws Exception {
        String name = program + "-" + hash();
        Path directory = target.resolve(name);
        if (!Files.isDirectory(directory)) {
            Path unfinished = target.resolve(program + "-unfinished");
            delete(unfinished);
            Files.createDirectory(unfinished);
            for (Path jar : jars) {
                Files.copy(jar, unfinished.resolve(jar.getFileName()));
            }
            rehearsals.make(unfinished);
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

    /// Makes a cache of what the last one of some commands loads; the others only go before it.
    /// Leaves no file behind if one of them fails.
    ///
    /// @param commands a main class and its arguments each; if there are none, there is no cache
    void rehearse(Path directory, String name, List<String> options, List<List<String>> commands)
            throws Exception {
        Path cache = directory.resolve(name + ".aot");
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xlog:disable"));
        all.addAll(List.of("-cp", classPath(directory)));
        boolean made = !commands.isEmpty();
        for (int i = 0; made && i < commands.size(); i++) {
            if (i == commands.size() - 1) {
                all.add("-XX:AOTCacheOutput=" + cache);
            }
            made = java(name, all, commands.get(i));
        }
        if (!made) {
            Files.deleteIfExists(cache);
            System.out.println(program + ": there is no AOT cache for '" + name + "'");
        }
    }

    /// Runs Java, its output in a log file; returns whether that went well.
    private boolean java(String name, List<String> options, List<String> arguments)
            throws Exception {
        List<String> command = new ArrayList<>();
        command.add(javaHome.resolve("bin").resolve("java").toString());
        command.addAll(options);
        command.addAll(arguments);
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
                boolean ours = file.getFileName().toString().matches(program + "-[0-9a-f]{16}");
                if (ours && !file.equals(current)) {
                    delete(file);
                }
            }
        }
    }

    static void delete(Path tree) throws IOException {
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
