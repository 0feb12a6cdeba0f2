package io.kvs.compare;

import io.kvs.compare.child.Assignment;
import io.kvs.compare.child.Child;
import io.kvs.compare.report.Document;
import io.kvs.compare.report.RunFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;

/// The command `kvs-bench-compare`.
public final class Main {
    private static final int WRONG_USE = 2;
    private static final DateTimeFormatter RUN_NAME =
            DateTimeFormatter.ofPattern("'run-'yyyyMMdd-HHmmss-SSS");

    private Main() {}

    /// Runs a comparison, or makes a document of earlier ones, or carries out an assignment if a
    /// comparison has started this JVM.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length > 0 && arguments[0].equals(ChildJvm.CHILD)) {
            Child.run(Assignment.fromArguments(arguments, 1));
        } else if (Arrays.asList(arguments).contains("--help")) {
            System.out.print(Settings.USAGE);
        } else {
            try {
                run(arguments);
            } catch (IllegalArgumentException e) {
                System.err.println("kvs-bench-compare: " + e.getMessage() + "; see --help");
                System.exit(WRONG_USE);
            }
        }
    }

    private static void run(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length > 0 && arguments[0].equals(Redraw.COMMAND)) {
            Redraw redraw = Redraw.parse(arguments);
            new Document(redraw.files()).write(redraw.target());
        } else {
            compare(Settings.parse(arguments));
        }
    }

    private static void compare(Settings settings) throws IOException, InterruptedException {
        LocalDateTime now = LocalDateTime.now(ZoneId.systemDefault());
        Path directory =
                Files.createDirectories(settings.directory().resolve(RUN_NAME.format(now)));
        RunFile file =
                RunFile.create(
                        directory.resolve("figures.jsonl"), settings.describe(now, directory));
        new Comparison(settings, directory, file, System.err).run();
        Document document = new Document(List.of(file));
        System.out.print(document.tables());
        System.err.println("all figures: " + file.path());
        if (settings.report().isPresent()) {
            document.write(settings.report().get());
        }
    }
}
