package io.kvs.cli;

import io.kvs.Cursor;
import io.kvs.KvStore;
import io.kvs.Scan;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `kvs scan`.
@Command(
        name = "scan",
        description = {
            "Prints the entries of a range in the order of their keys as bytes, one in a line: key"
                    + " TAB value. Fails at an entry that a line cannot hold, which is a key with"
                    + " TAB or line feed, or a value with line feed; --json takes them all.",
            "All entries, if no range is given; of several bounds each narrows the range. A range"
                    + " without entries prints nothing."
        })
final class ScanCommand implements Runnable {
    @ParentCommand private @Nullable KvsCommand kvs;

    @Spec private @Nullable CommandSpec spec;

    @Option(names = "--prefix", paramLabel = "P", description = "Only keys that begin with P.")
    private @Nullable Operand prefix;

    @Option(names = "--from", paramLabel = "A", description = "Only keys that are A or behind it.")
    private @Nullable Operand from;

    @Option(names = "--to", paramLabel = "B", description = "Only keys before B.")
    private @Nullable Operand to;

    private long limit = Scan.UNLIMITED;

    @Option(names = "--reverse", description = "In descending order: the last entries first.")
    private boolean reverse;

    @Option(names = "--keys", description = "The keys without their values.")
    private boolean keys;

    @Option(names = "--count", description = "Only how many entries there are.")
    private boolean count;

    @Option(
            names = "--json",
            description = {
                "One JSON object in each line, as 'kvs export' prints it; with --keys without the"
                        + " value, with --count {\"count\":N}."
            })
    private boolean json;

    @Option(names = "--limit", paramLabel = "N", description = "At most N entries, the first ones.")
    void setLimit(long value) {
        if (value < 0) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(), "--limit is negative: " + value);
        }
        limit = value;
    }

    @Override
    public void run() {
        KvsCommand parent = KvsCommand.require(kvs);
        try (KvStore store = WholeStore.openToLook(parent.directory())) {
            Listing.print(out -> print(store, out), parent.surroundings());
        }
    }

    private void print(KvStore store, OutputStream out) throws IOException {
        if (count) {
            long found = store.count(range());
            String line = json ? "{\"count\":" + found + "}\n" : found + "\n";
            out.write(line.getBytes(StandardCharsets.US_ASCII));
            return;
        }
        EntryWriter writer = json ? new Json.Writer(out) : new Tsv.Writer(out, "--json");
        try (Cursor entries = store.scan(keys ? range().keysOnly() : range())) {
            while (entries.next()) {
                if (keys) {
                    writer.write(entries.key());
                } else {
                    Instant expiry = json ? entries.expiry().orElse(null) : null;
                    writer.write(entries.key(), entries.value(), expiry);
                }
            }
        }
        writer.flush();
    }

    private Scan range() {
        Scan scan = prefix == null ? Scan.all() : Scan.prefix(prefix.bytes());
        scan = from == null ? scan : scan.from(from.bytes());
        scan = to == null ? scan : scan.to(to.bytes());
        scan = reverse ? scan.reversed() : scan;
        return scan.limit(limit);
    }
}
