package io.kvs.cli;

import io.kvs.Compression;
import io.kvs.Compressions;
import io.kvs.KvStore;
import io.kvs.KvsOptions;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `kvs compact`.
@Command(
        name = "compact",
        description =
                "Gives back the space of overwritten and removed entries, and compresses values if the"
                        + " store is told to.")
final class CompactCommand implements Runnable {
    @ParentCommand private @Nullable KvsCommand kvs;

    @Option(
            names = "--compression",
            paramLabel = "NAME",
            description =
                    "How the store compresses values from now on: ${COMPLETION-CANDIDATES}. It"
                            + " remembers that.",
            completionCandidates = Names.class)
    private @Nullable String compression;

    /// The names that can be given.
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.concat(
                            Stream.of(Compressions.NONE),
                            Compressions.all().stream().map(Compression::name))
                    .iterator();
        }
    }

    @Override
    public void run() {
        KvsCommand parent = KvsCommand.require(kvs);
        Path directory = parent.directory();
        long before;
        try (KvStore store = WholeStore.openExisting(directory, options(parent))) {
            before = store.stats().diskBytes();
            store.compact();
        }
        long after = KvStore.inspect(directory).diskBytes();
        Main.write(
                "compacted: " + Size.of(before) + " on disk before, " + Size.of(after) + " after\n",
                parent.surroundings());
    }

    private KvsOptions options(KvsCommand parent) {
        if (compression == null) {
            return KvsOptions.defaults();
        }
        try {
            return KvsOptions.defaults().withCompression(compression);
        } catch (IllegalArgumentException e) {
            throw parent.wrongUsage(e.getMessage());
        }
    }
}
