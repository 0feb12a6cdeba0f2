package io.kvs.cli;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The command above all others, with what they share.
@Command(
        name = "kvs",
        description = "A persistent key-value store in a directory.",
        versionProvider = Version.class,
        subcommands = {
            SetCommand.class,
            GetCommand.class,
            RemoveCommand.class,
            ScanCommand.class,
            HistoryCommand.class,
            ImportCommand.class,
            ExportCommand.class,
            StatsCommand.class,
            VerifyCommand.class,
            CompactCommand.class,
            SnapshotCommand.class,
            RestoreCommand.class,
            HelpCommand.class
        },
        footer = {
            "",
            "A KEY or VALUE that begins with '-' goes after '--':  kvs set -- -5 minus-five",
            "",
            "Exit codes:",
            "  0  done",
            "  1  'get', 'rm', 'history': no such key; 'set --if-absent': there is one",
            "  2  wrong usage, an empty or too long KEY included",
            "  3  it could not be done: one line on standard error says why",
            "  4  'verify': something is damaged"
        })
final class KvsCommand implements Runnable {
    private final Surroundings surroundings;

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Shows this help; behind a command, the help of that command.")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Shows the version.")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean version;

    private @Nullable String directory;

    KvsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /// Returns the command above; picocli has put it in place.
    static KvsCommand require(@Nullable KvsCommand above) {
        return Objects.requireNonNull(above);
    }

    Surroundings surroundings() {
        return surroundings;
    }

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = {
                "The directory of the store. Default: $KVS_DATA_DIR, else 'data' in the current"
                        + " directory. 'set' and 'import' create it; its parent must be there."
            })
    void setDirectory(String value) {
        if (value.isEmpty()) {
            throw wrongUsage("the name of the directory is empty");
        }
        directory = value;
    }

    /// Returns the directory of the store.
    Path directory() {
        return Path.of(directory == null ? KeyCommand.defaultDirectory(surroundings) : directory);
    }

    /// Called when there is no command behind the options.
    @Override
    public void run() {
        throw wrongUsage(
                "usage: kvs [--data-dir DIR] set KEY VALUE | get KEY | rm KEY | scan | history KEY"
                        + " | import | export | snapshot DIR | restore DIR | stats | verify"
                        + " | compact");
    }

    RuntimeException wrongUsage(@Nullable String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }
}
