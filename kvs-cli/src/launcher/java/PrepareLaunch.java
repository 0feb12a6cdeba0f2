import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Prepares what `bin/kvs` starts:
///
/// ```
/// java PrepareLaunch.java TARGET MAIN_JAR
/// ```
///
/// There are two caches, since the virtual machine loads all that is in a cache at once: a small
/// one for plain `set`, `get` and `rm`, and one for all other commands.
public final class PrepareLaunch {
    private PrepareLaunch() {}

    public static void main(String[] arguments) throws Exception {
        Launch launch = new Launch("kvs", Path.of(arguments[0]), arguments[1]);
        launch.prepare(directory -> {
            rehearse(launch, directory, "fast", Launch.FAST);
            rehearse(launch, directory, "full", List.of("-XX:TieredStopAtLevel=4"));
        });
    }

    private static void rehearse(Launch launch, Path directory, String name, List<String> options)
            throws Exception {
        List<String> all = new ArrayList<>(options);
        all.add("--enable-native-access=ALL-UNNAMED"); // for the library of Zstandard
        Path scratch = Files.createTempDirectory("kvs-rehearsal");
        String store = scratch.resolve("data").toString();
        List<String> first = List.of("io.kvs.cli.Main", "--data-dir", store, "set", "first", "");
        List<String> rehearsal = List.of("io.kvs.cli.Rehearsal", name, scratch.toString());
        launch.rehearse(directory, name, all, List.of(first, rehearsal));
        Launch.delete(scratch);
    }
}
