package io.kvs.compare.files;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/// A directory of our own that disappears with everything in it when it is closed.
///
/// @param path where it is
public record Scratch(Path path) implements AutoCloseable {
    /// Makes a new directory in an existing one.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException it is there, and so not ours
    public static Scratch in(Path parent, String name) throws IOException {
        return new Scratch(Files.createDirectory(parent.resolve(name)));
    }

    @Override
    public void close() throws IOException {
        Files.walkFileTree(
                path,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path directory, @Nullable IOException failure) throws IOException {
                        if (failure != null) {
                            throw failure;
                        }
                        Files.delete(directory);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
