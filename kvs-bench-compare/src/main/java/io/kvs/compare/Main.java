package io.kvs.compare;

import io.kvs.compare.child.Assignment;
import io.kvs.compare.child.Child;
import io.kvs.compare.report.Report;
import io.kvs.compare.report.Results;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;

/// The command `kvs-bench-compare`.
public final class Main {
    private static final int WRONG_USE = 2;
    private static final DateTimeFormatter RUN_NAME =
            DateTimeFormatter.ofPattern("'run-'yyyyMMdd-HHmmss-SSS");

    private Main() {}

    /// Runs a comparison, or carries out an assignment if a comparison has started this JVM.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length > 0 && arguments[0].equals(ChildJvm.CHILD)) {
            Child.run(Assignment.fromArguments(arguments, 1));
        } else if (Arrays.asList(arguments).contains("--help")) {
            System.out.print(Settings.USAGE);
        } else {
            compare(arguments);
        }
    }

    private static void compare(String[] arguments) throws IOException, InterruptedException {
        Settings settings;
        try {
            settings = Settings.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("kvs-bench-compare: " + e.getMessage());
            System.err.print(Settings.USAGE);
            System.exit(WRONG_USE);
            return;
        }
        Path directory =
                Files.createDirectories(
                        settings.directory()
                                .resolve(
                                        RUN_NAME.format(
                                                LocalDateTime.now(ZoneId.systemDefault()))));
        String preface = Preface.text(settings, directory);
        Results results = new Comparison(settings, directory, System.err).run();
        System.out.print(preface + new Report(results, settings.contenders()).text());
    }
}
