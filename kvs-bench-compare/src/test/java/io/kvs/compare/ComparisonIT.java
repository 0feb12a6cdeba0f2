package io.kvs.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.compare.report.Document;
import io.kvs.compare.report.RunFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A comparison from its arguments to its document, with all the JVMs that it starts.
class ComparisonIT {
    @TempDir private Path directory;

    @Test
    void run_twoStores_fillsTheDocument() throws IOException, InterruptedException {
        Settings settings =
                Settings.parse(
                        new String[] {
                            "--keys", "2000",
                            "--rounds", "1",
                            "--seconds", "0.1",
                            "--stores", "kvs,rawlog",
                            "--workloads", "fillrandom,readzipf,durablebatch100,kill",
                            "--dir", directory.toString()
                        });
        RunFile file =
                RunFile.create(
                        directory.resolve("figures.jsonl"),
                        settings.describe(LocalDateTime.of(2026, 1, 1, 12, 0), directory));
        Path progress = directory.resolve("progress");
        try (PrintStream stream = new PrintStream(progress.toFile())) {
            new Comparison(settings, directory, file, stream).run();
        }

        assertFalse(Files.readString(progress).contains("failed"), Files.readString(progress));
        String tables = new Document(List.of(file)).tables().replaceAll(" +", " ");
        for (String row :
                List.of(
                        "fillrandom",
                        "readzipf",
                        "durablebatch100 / bare",
                        "open after kill -9, s")) {
            assertTrue(
                    tables.lines()
                            .filter(line -> line.startsWith("| " + row + " |"))
                            .anyMatch(line -> line.matches("\\| .* \\| [-\\d].* \\| [-\\d].*")),
                    row + " in\n" + tables);
        }
        assertEquals(
                1,
                tables.lines()
                        .filter(line -> line.startsWith("| acknowledged, lost | 0 | 0 |"))
                        .count());
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(
                    List.of("figures.jsonl", "logs", "progress"),
                    left.map(path -> path.getFileName().toString()).sorted().toList());
        }
    }
}
