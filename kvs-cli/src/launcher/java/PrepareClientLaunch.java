import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Prepares what `bin/kvs-client` starts:
///
/// ```
/// java PrepareClientLaunch.java TARGET MAIN_JAR SERVER
/// ```
///
/// `SERVER` is `bin/kvs-server`, to which the rehearsal of the one cache talks.
public final class PrepareClientLaunch {
    private static final Pattern LISTENS = Pattern.compile("listens on (127\\.0\\.0\\.1:[0-9]+),");

    private PrepareClientLaunch() {}

    public static void main(String[] arguments) throws Exception {
        Launch launch = new Launch("kvs-client", Path.of(arguments[0]), arguments[1]);
        launch.prepare(directory -> rehearse(launch, directory, arguments[2]));
    }

    private static void rehearse(Launch launch, Path directory, String server) throws Exception {
        Path scratch = Files.createTempDirectory("kvs-rehearsal");
        Process process = start(server, scratch.resolve("data"));
        try {
            launch.rehearse(directory, "fast", Launch.FAST, commands(process));
        } finally {
            process.destroy();
            process.waitFor();
            Launch.delete(scratch);
        }
    }

    private static Process start(String server, Path data) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(server, "--addr", "127.0.0.1:0", "--data-dir", data.toString());
        builder.environment().keySet().removeIf(name -> name.startsWith("KVS_"));
        return builder.start();
    }

    /// Returns what there is to rehearse: nothing if the server has not started.
    private static List<List<String>> commands(Process server) throws IOException {
        String line = String.valueOf(server.errorReader(StandardCharsets.UTF_8).readLine());
        Matcher matcher = LISTENS.matcher(line);
        return matcher.find()
                ? List.of(List.of("io.kvs.client.command.Rehearsal", matcher.group(1)))
                : List.of();
    }
}
