package io.kvs.cli;

import io.kvs.BackupReport;
import io.kvs.KvStore;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `kvs restore`.
@Command(
        name = "restore",
        description =
                "Makes a store, in a new or empty data directory, of what 'kvs snapshot' has made; that"
                        + " stays as it is.")
final class RestoreCommand implements Runnable {
    @ParentCommand private @Nullable KvsCommand kvs;

    @Parameters(paramLabel = "DIR", description = "The directory that was given to 'snapshot'.")
    private Path backup = Path.of("");

    @Option(names = "--json", description = "Reports as one JSON object; sizes in bytes.")
    private boolean json;

    @Override
    public void run() {
        KvsCommand parent = KvsCommand.require(kvs);
        try (BackupOutput output = new BackupOutput("restore", parent.surroundings())) {
            BackupReport report = KvStore.restore(backup, parent.directory(), output);
            output.print(report, json);
        }
    }
}
