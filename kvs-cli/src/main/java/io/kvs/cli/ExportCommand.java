package io.kvs.cli;

import io.kvs.Cursor;
import io.kvs.KvStore;
import io.kvs.Scan;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import tools.jackson.core.exc.JacksonIOException;

/// `kvs export`.
@Command(
        name = "export",
        description =
                "Prints every entry, one in a line, so that 'kvs import' reads it: keys and values"
                        + " of any bytes, and when values expire, in no particular order.")
final class ExportCommand implements Runnable {
    private static final int BUFFER_BYTES = 64 << 10;

    @ParentCommand private @Nullable KvsCommand kvs;

    @Option(
            names = "--format",
            paramLabel = "F",
            converter = FormatOption.class,
            defaultValue = "json",
            description = {
                "json: one object in each line, the default.",
                "tsv:  key TAB value; fails at an entry that this cannot hold, which is a key with"
                        + " TAB or line feed, or a value with line feed or that expires."
            })
    private Format format = Format.JSON;

    @Override
    public void run() {
        KvsCommand parent = KvsCommand.require(kvs);
        Surroundings surroundings = parent.surroundings();
        OutputStream out = new BufferedOutputStream(surroundings.out(), BUFFER_BYTES);
        try (KvStore store = WholeStore.openExisting(parent.directory());
                Progress progress = Progress.start("export", Progress.UNKNOWN, surroundings);
                Cursor entries = store.scan(Scan.all())) {
            EntryWriter writer = format.writer(out);
            long count = 0;
            while (entries.next()) {
                Instant expiry = entries.expiry().orElse(null);
                writer.write(entries.key(), entries.value(), expiry);
                progress.reach(0, ++count);
            }
            writer.flush();
            out.flush();
        } catch (IOException e) {
            throw new OutputException(e);
        } catch (JacksonIOException e) {
            throw new OutputException(e.getCause());
        }
    }
}
