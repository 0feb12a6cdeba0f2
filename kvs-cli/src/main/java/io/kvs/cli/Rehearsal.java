package io.kvs.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Runs the commands once while the virtual machine watches what they load, so that the build can
/// make an AOT cache of it.
final class Rehearsal {
    private final Path directory;

    private Rehearsal(Path directory) {
        this.directory = directory;
    }

    /// Rehearses.
    ///
    /// @param arguments `fast` for plain `set`, `get` and `rm` alone, `full` for the others; an
    ///   empty directory
    public static void main(String[] arguments) throws IOException {
        Rehearsal rehearsal = new Rehearsal(Path.of(arguments[1]));
        if (arguments[0].equals("fast")) {
            rehearsal.fast();
        } else {
            rehearsal.full();
        }
    }

    /// Uses a store that another process has made: what makes one is not to be in the cache.
    private void fast() {
        run(ExitCode.DONE, "set", "key", "value");
        run(ExitCode.DONE, "set", "key", "other value");
        run(ExitCode.DONE, "get", "key");
        run(ExitCode.KEY_NOT_FOUND, "get", "missing");
        run(ExitCode.DONE, "rm", "key");
        run(ExitCode.KEY_NOT_FOUND, "rm", "key");
        // Last, since a synced write behind one that is not needs the whole store.
        run(ExitCode.DONE, "set", "--durability", "process", "--", "-1", "value");
    }

    private void full() throws IOException {
        Path file = directory.resolve("entries");
        Files.writeString(file, "key\tvalue\nother\tvalue\n", StandardCharsets.UTF_8);
        run(ExitCode.DONE, "import", file.toString());
        Files.writeString(file, "{\"key\":\"a\",\"value\":\"b\"}\n", StandardCharsets.UTF_8);
        run(ExitCode.DONE, "import", file.toString());
        run(ExitCode.DONE, "set", "key", "another value");
        run(ExitCode.DONE, "set", "--if-absent", "fourth", "value");
        run(ExitCode.KEY_EXISTS, "set", "--if-absent", "key", "value");
        run(ExitCode.DONE, "scan");
        run(ExitCode.DONE, "scan", "--prefix", "k", "--from=a", "--to=z", "--limit", "1", "--json");
        run(ExitCode.DONE, "scan", "--reverse", "--keys");
        run(ExitCode.DONE, "scan", "--count");
        run(ExitCode.DONE, "history", "key");
        run(ExitCode.DONE, "history", "key", "--json");
        run(ExitCode.DONE, "export");
        run(ExitCode.DONE, "export", "--format", "tsv");
        run(ExitCode.DONE, "stats");
        run(ExitCode.DONE, "stats", "--json");
        run(ExitCode.DONE, "verify");
        run(ExitCode.DONE, "compact");
        run(ExitCode.DONE, "help");
        run(ExitCode.DONE, "--version");
        run(ExitCode.WRONG_USAGE);
    }

    private void run(int expected, String... command) {
        String[] arguments = new String[command.length + 2];
        arguments[0] = "--data-dir";
        arguments[1] = directory.resolve("data").toString();
        System.arraycopy(command, 0, arguments, 2, command.length);
        int exitCode = Main.run(arguments, new ProcessSurroundings("kvs"));
        if (exitCode != expected) {
            throw new IllegalStateException("exit code " + exitCode);
        }
    }
}
