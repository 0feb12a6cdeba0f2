package io.kvs.cli;

import io.kvs.BackupReport;
import io.kvs.KvStore;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `kvs snapshot`.
@Command(
        name = "snapshot",
        description =
                "Makes a copy of the store that opens as a store by itself; on the same file system"
                        + " through links, which take no time and no space.")
final class SnapshotCommand implements Runnable {
    @ParentCommand private @Nullable KvsCommand kvs;

    @Parameters(paramLabel = "DIR", description = "A new or empty directory.")
    private Path backup = Path.of("");

    @Option(names = "--json", description = "Reports as one JSON object; sizes in bytes.")
    private boolean json;

    @Override
    public void run() {
        KvsCommand parent = KvsCommand.require(kvs);
        try (BackupOutput output = new BackupOutput("snapshot", parent.surroundings())) {
            BackupReport report;
            try (KvStore store = WholeStore.openExisting(parent.directory())) {
                report = store.backup(backup, output);
            }
            output.print(report, json);
        }
    }
}
