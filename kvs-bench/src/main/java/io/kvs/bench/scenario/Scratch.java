package io.kvs.bench.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/// A directory for stores, deleted with all that is in it.
record Scratch(Path directory) implements AutoCloseable {

    static Scratch create() throws IOException {
        return new Scratch(Files.createTempDirectory("kvs-scenario"));
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    /// Deletes one of the stores.
    void delete(String name) throws IOException {
        delete(path(name));
    }

    @Override
    public void close() throws IOException {
        delete(directory);
    }

    private static void delete(Path path) throws IOException {
        try (Stream<Path> paths = Files.walk(path)) {
            for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
