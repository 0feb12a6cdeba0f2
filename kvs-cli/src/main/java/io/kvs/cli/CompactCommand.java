package io.kvs.cli;

import io.kvs.KvStore;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/// `kvs compact`.
@Command(name = "compact", description = "Gives back the space of overwritten and removed entries.")
final class CompactCommand implements Runnable {
    @ParentCommand private @Nullable KvsCommand kvs;

    @Override
    public void run() {
        KvsCommand parent = KvsCommand.require(kvs);
        Path directory = parent.directory();
        long before;
        try (KvStore store = WholeStore.openExisting(directory)) {
            before = store.stats().diskBytes();
            store.compact();
        }
        long after = KvStore.inspect(directory).diskBytes();
        Main.write(
                "compacted: " + Size.of(before) + " on disk before, " + Size.of(after) + " after\n",
                parent.surroundings());
    }
}
