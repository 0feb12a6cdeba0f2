package io.kvs.cli;

import io.kvs.KvStore;
import io.kvs.KvsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `kvs import`.
@Command(
        name = "import",
        description = {
            "Stores every line of FILE as an entry.",
            "tsv:  key TAB value. Every byte stands for itself, backslashes and carriage returns"
                    + " included; the value is all behind the first TAB.",
            "json: {\"key\":\"…\",\"value\":\"…\"} with key64 and value64 for bytes in Base64, and"
                    + " \"expiry\":\"2030-01-01T00:00:00Z\" if the value expires; if that has been,"
                    + " the line removes the key.",
            "A first line that begins with '{\"' and holds no TAB makes it json, else it is tsv.",
            "A later line with the same key wins. At a bad line the import stops and names it; the"
                    + " entries before it are stored."
        })
final class ImportCommand implements Runnable {
    private static final String STANDARD_INPUT = "-";

    @ParentCommand private @Nullable KvsCommand kvs;

    @Option(
            names = "--format",
            paramLabel = "F",
            converter = FormatOption.class,
            description = "tsv or json, whatever the first line looks like.")
    private @Nullable Format format;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            defaultValue = STANDARD_INPUT,
            description = "A file, or - for standard input, the default.")
    private String file = STANDARD_INPUT;

    @Override
    public void run() {
        KvsCommand parent = KvsCommand.require(kvs);
        Surroundings surroundings = parent.surroundings();
        boolean fromInput = file.equals(STANDARD_INPUT);
        long count;
        try (InputStream in = fromInput ? surroundings.in() : Files.newInputStream(Path.of(file));
                KvStore store = KvStore.open(parent.directory())) {
            long bytes = fromInput ? Progress.UNKNOWN : Files.size(Path.of(file));
            try (Progress progress = Progress.start("import", bytes, surroundings)) {
                count = read(new Lines(in), new Import(store, InstantSource.system()), progress);
            }
            WholeStore.compactIfDue(store);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.FAILED, "cannot read " + name() + ": " + Report.message(e));
        }
        Main.write("imported " + entries(count) + "\n", surroundings);
    }

    /// Imports all lines; returns how many entries there were.
    private long read(Lines lines, Import target, Progress progress) throws IOException {
        try {
            while (lines.next()) {
                if (format == null) {
                    format = Format.detect(lines);
                }
                target.add(format.read(lines));
                progress.reach(lines.bytes(), lines.number());
            }
            target.flush();
            return target.count();
        } catch (CommandException | KvsException e) {
            throw stopped(e, name() + ", line " + lines.number() + ": ", target);
        } catch (IOException e) {
            throw stopped(e, "cannot read " + name() + ": ", target);
        }
    }

    /// Stores what was read before the failure, and makes the error that tells of both.
    private static CommandException stopped(Exception failure, String where, Import target) {
        String message = where + Report.message(failure);
        try {
            target.flush();
        } catch (KvsException e) {
            message = Report.message(e);
        }
        return new CommandException(
                ExitCode.FAILED, message + "; imported " + entries(target.count()) + " before");
    }

    private String name() {
        return file.equals(STANDARD_INPUT) ? "standard input" : file;
    }

    private static String entries(long count) {
        return count + (count == 1 ? " entry" : " entries");
    }
}
