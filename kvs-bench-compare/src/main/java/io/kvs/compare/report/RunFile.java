package io.kvs.compare.report;

import io.kvs.compare.store.Contender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/// The file of a run, in lines of JSON: what one must know of it, and then each figure of each
/// round, written as soon as it is there.
///
/// @param path where it is
public record RunFile(Path path) {
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .build();

    /// Begins a new file.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException it is there already
    public static RunFile create(Path path, Run run) throws IOException {
        Files.write(path, List.of(JSON.writeValueAsString(run)), StandardOpenOption.CREATE_NEW);
        return new RunFile(path);
    }

    /// Adds figures of one round.
    public void append(int round, Contender contender, List<Figure> figures) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Figure figure : figures) {
            lines.add(JSON.writeValueAsString(Measurement.of(round, contender, figure)));
        }
        Files.write(path, lines, StandardOpenOption.APPEND);
    }

    /// Reads what one must know of the run.
    ///
    /// @throws IllegalArgumentException it cannot be understood; the message says which line
    Run readRun() throws IOException {
        return parse(1, Files.readAllLines(path), Run.class);
    }

    /// Reads all figures into `results`.
    ///
    /// @throws IllegalArgumentException one cannot be understood; the message says which line
    void readFigures(Results results) throws IOException {
        List<String> lines = Files.readAllLines(path);
        for (int number = 2; number <= lines.size(); number++) {
            Measurement measurement = parse(number, lines, Measurement.class);
            results.add(measurement.store(), measurement.figure());
        }
    }

    private <T> T parse(int number, List<String> lines, Class<T> type) {
        try {
            return JSON.readValue(number > lines.size() ? "" : lines.get(number - 1), type);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "line %d of %s is not of a comparison: %s"
                            .formatted(number, path, e.getOriginalMessage()),
                    e);
        }
    }
}
