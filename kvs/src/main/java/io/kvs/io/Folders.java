package io.kvs.io;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The directories in a directory.
public final class Folders {
    private final Path parent;

    /// Makes it for an existing directory.
    public Folders(Path parent) {
        this.parent = parent;
    }

    /// Returns the directory that holds them.
    public Disk disk() {
        return new RealDisk(parent);
    }

    /// Returns one of them, whether it is there or not.
    public Disk disk(String name) {
        return new RealDisk(parent.resolve(name));
    }

    /// Returns their names, sorted.
    public List<String> names() throws IOException {
        String[] entries = parent.toFile().list();
        if (entries == null) {
            throw new NotDirectoryException(parent.toString());
        }
        List<String> names = new ArrayList<>();
        for (String entry : entries) {
            if (new File(parent.toFile(), entry).isDirectory()) {
                names.add(entry);
            }
        }
        names.sort(null);
        return names;
    }

    /// Creates one, durably.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException there is one of this name
    public Disk create(String name) throws IOException {
        Files.createDirectory(parent.resolve(name));
        disk().syncDirectory();
        return disk(name);
    }

    /// Deletes one that is empty.
    ///
    /// @throws java.nio.file.DirectoryNotEmptyException it is not
    public void delete(String name) throws IOException {
        Files.deleteIfExists(parent.resolve(name));
    }
}
