package io.kvs.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What the tests look at in the directory of a store.
final class Directories {
    private Directories() {}

    /// Returns the names of the files that end with `suffix`, sorted.
    static List<String> names(Path directory, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    /// Returns the sum of the sizes of all files; one that is deleted meanwhile counts nothing.
    static long sizeBytes(Path directory) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                bytes += file.toFile().length();
            }
        }
        return bytes;
    }

    /// Returns the offset of a text in a file, or -1.
    static int offsetOf(Path file, String text) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
    }

    /// Inverts the lowest bit of a byte of a file.
    static void damage(Path file, int offset) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[offset] ^= 1;
        Files.write(file, bytes);
    }
}
