package io.kvs.compare.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/// What the files of a directory occupy.
public final class DiskUse {
    private static final int BYTES_PER_KIBIBYTE = 1024;
    private static final Duration STEADY = Duration.ofSeconds(1);
    private static final int STEADY_CHECKS_MAX = 20;

    private DiskUse() {}

    /// Returns the bytes of the blocks that are allocated, as `du` counts them.
    public static long allocatedBytes(Path directory) throws IOException {
        Process du =
                new ProcessBuilder("du", "-sk", directory.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        String line = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String number = line.split("\\s", 2)[0];
        if (number.isEmpty()) {
            throw new IOException("du says nothing about " + directory);
        }
        return Long.parseLong(number) * BYTES_PER_KIBIBYTE;
    }

    /// Returns the same when it has not changed for a second, or after waiting for long enough.
    public static long settledBytes(Path directory) throws IOException, InterruptedException {
        long before = allocatedBytes(directory);
        for (int check = 0; check < STEADY_CHECKS_MAX; check++) {
            Thread.sleep(STEADY);
            long now = allocatedBytes(directory);
            if (now == before) {
                return now;
            }
            before = now;
        }
        return before;
    }

    /// Returns the sum of the sizes of all files, holes included.
    public static long apparentBytes(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.filter(Files::isRegularFile).mapToLong(DiskUse::size).sum();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException _) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
