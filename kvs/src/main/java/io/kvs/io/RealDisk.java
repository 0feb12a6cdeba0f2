package io.kvs.io;

import io.kvs.StoreIoException;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/// The directory of a store in the file system of the operating system.
///
/// Files are read and written through {@link RandomAccessFile}, because an interrupt closes a
/// `FileChannel` under everyone who shares it. Files are readable and writable by their owner only,
/// from the moment they exist.
public final class RealDisk implements Disk {
    private static final String BOOT_ID = "/proc/sys/kernel/random/boot_id";
    private static final int BOOT_ID_LENGTH_MAX = 64;

    /// A file can be missing at one moment and be there at the next: then it is tried again.
    private static final int OPEN_TRIES = 3;

    private final Path directory;

    /// Makes the disk of an existing directory; nothing is opened yet.
    public RealDisk(Path directory) {
        this.directory = directory;
    }

    /// Creates a directory that its owner alone may use, unless it is there already.
    ///
    /// @throws StoreIoException it cannot be created, or a file has its place
    public static void createDirectory(Path directory) {
        try {
            Files.createDirectory(directory, ownerOnly(directory, "rwx------"));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw new StoreIoException(directory + " is a file, not a directory", e);
            }
        } catch (NoSuchFileException e) {
            throw new StoreIoException(
                    "cannot create " + directory + ": its parent directory does not exist", e);
        } catch (IOException e) {
            throw new StoreIoException("cannot create " + directory + ": " + e.getMessage(), e);
        }
    }

    @Override
    public List<String> list() throws IOException {
        // A DirectoryStream costs the command line milliseconds for loading its classes.
        File parent = directory.toFile();
        String[] entries = parent.list();
        if (entries == null) {
            throw new NotDirectoryException(directory.toString());
        }
        List<String> names = new ArrayList<>(entries.length);
        for (String entry : entries) {
            if (new File(parent, entry).isFile()) {
                names.add(entry);
            }
        }
        return names;
    }

    @Override
    public DiskFile create(String name) throws IOException {
        Path path = directory.resolve(name);
        Files.createFile(path, ownerOnly(directory, "rw-------"));
        return new RealFile(path, new RandomAccessFile(path.toFile(), "rw"));
    }

    @Override
    public DiskFile open(String name, Access access) throws IOException {
        Path path = directory.resolve(name);
        // The mode "rw" would make a missing file.
        if (access == Access.READ_WRITE && Files.notExists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        String mode = access == Access.READ ? "r" : "rw";
        for (int tries = OPEN_TRIES; ; tries--) {
            try {
                return new RealFile(path, new RandomAccessFile(path.toFile(), mode));
            } catch (FileNotFoundException e) {
                // It also stands for "no permission" and "is a directory".
                if (Files.notExists(path)) {
                    throw new NoSuchFileException(path.toString());
                }
                if (tries == 1) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public boolean link(String name, Disk target) throws IOException {
        if (!(target instanceof RealDisk other)) {
            return false;
        }
        try {
            Files.createLink(other.directory.resolve(name), directory.resolve(name));
            return true;
        } catch (NoSuchFileException | FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException _) {
            // Another file system, one without links, or too many links: only the text would tell
            // these from other errors, which a copy meets as well.
            return false;
        }
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    @Override
    public void syncDirectory() throws IOException {
        // An asynchronous channel ignores interrupts. With a FileChannel nobody could tell whether
        // an interrupted sync has run and failed, which must not be tried again.
        try (AsynchronousFileChannel channel =
                AsynchronousFileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public DirectoryLock lock(String name, String owner) throws IOException {
        Path path = directory.resolve(name);
        Object fileKey = fileKey(path);
        return RealLock.acquire(directory, path, fileKey, owner);
    }

    @Override
    public String bootId() {
        try (FileInputStream in = new FileInputStream(BOOT_ID)) {
            byte[] id = in.readNBytes(BOOT_ID_LENGTH_MAX);
            return new String(id, StandardCharsets.US_ASCII).trim();
        } catch (IOException _) {
            return "";
        }
    }

    @Override
    public long usableBytes() {
        return directory.toFile().getUsableSpace();
    }

    @Override
    public String path(String name) {
        return directory.resolve(name).toString();
    }

    /// Returns what identifies the file at `path`, which is created if it is missing.
    private Object fileKey(Path path) throws IOException {
        try {
            return identity(path);
        } catch (NoSuchFileException _) {
            try {
                Files.createFile(path, ownerOnly(directory, "rw-------"));
            } catch (FileAlreadyExistsException _) {
                // Another process has just made it: as good as ours.
            }
            return identity(path);
        }
    }

    private static Object identity(Path path) throws IOException {
        Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        return key == null ? path.toRealPath() : key;
    }

    private static FileAttribute<?>[] ownerOnly(Path path, String permissions) {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return new FileAttribute<?>[0];
        }
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
    }
}
