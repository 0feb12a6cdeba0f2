package io.kvs.cli;

import io.kvs.KvStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Values of any length, from a file into the store and back.
final class ValueFile {
    private static final String STANDARD = "-";

    private ValueFile() {}

    /// Stores what a file holds, or standard input, under `key`.
    ///
    /// @param file its path, or `-`
    /// @param timeToLive how long the value lives, or null for ever
    static void set(
            Path directory,
            byte[] key,
            String file,
            @Nullable Duration timeToLive,
            Surroundings surroundings) {
        boolean fromInput = file.equals(STANDARD);
        try (InputStream in = fromInput ? surroundings.in() : Files.newInputStream(Path.of(file));
                KvStore store = KvStore.open(directory)) {
            if (timeToLive == null) {
                store.set(key, in);
            } else {
                store.set(key, in, timeToLive);
            }
            WholeStore.compactIfDue(store);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "cannot read "
                            + (fromInput ? "standard input" : file)
                            + ": "
                            + Report.message(e));
        }
    }

    /// Writes the value of `key`, byte for byte, to a file, or to standard output. The file gets
    /// its name when it is complete.
    ///
    /// @param file its path, or `-`
    static void get(Path directory, byte[] key, String file, Surroundings surroundings) {
        WholeStore.read(
                directory,
                key,
                value -> {
                    if (file.equals(STANDARD)) {
                        print(value, surroundings);
                    } else {
                        write(value, Path.of(file));
                    }
                });
    }

    /// Prints the value of `key` and a newline.
    static void printLine(Path directory, byte[] key, Surroundings surroundings) {
        WholeStore.read(
                directory,
                key,
                value -> {
                    print(value, surroundings);
                    Main.write("\n", surroundings);
                });
    }

    private static void print(InputStream value, Surroundings surroundings) {
        copy(value, surroundings.out(), "standard output");
    }

    private static void write(InputStream value, Path file) {
        // A device or a pipe is written to as it is.
        boolean direct = Files.exists(file) && !Files.isRegularFile(file);
        Path written = direct ? file : sibling(file);
        try {
            try (OutputStream out = Files.newOutputStream(written)) {
                copy(value, out, file.toString());
            }
            if (!direct) {
                Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw unwritable(file.toString(), e);
        } finally {
            if (!direct) {
                delete(written);
            }
        }
    }

    private static Path sibling(Path file) {
        String name = Objects.requireNonNull(file.getFileName()) + ".kvs-part";
        return file.resolveSibling(name);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // What went wrong before is reported.
        }
    }

    private static void copy(InputStream value, OutputStream out, String target) {
        byte[] piece = new byte[1 << 16];
        try {
            for (int count = value.read(piece); count >= 0; count = value.read(piece)) {
                out.write(piece, 0, count);
            }
        } catch (IOException e) {
            throw unwritable(target, e);
        }
    }

    private static RuntimeException unwritable(String target, IOException e) {
        return target.equals("standard output")
                ? new OutputException(e)
                : new CommandException(
                        ExitCode.FAILED, "cannot write " + target + ": " + Report.message(e));
    }
}
