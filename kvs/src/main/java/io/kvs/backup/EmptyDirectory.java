package io.kvs.backup;

import io.kvs.StoreIoException;
import io.kvs.format.FileNames;
import io.kvs.io.Disk;
import io.kvs.io.Disk.DirectoryLock;
import java.io.IOException;
import java.util.List;

/// A directory, locked, in which a store is being put together: empty again if that fails.
final class EmptyDirectory implements AutoCloseable {
    private final Disk disk;
    private final DirectoryLock lock;
    private boolean kept;

    private EmptyDirectory(Disk disk, DirectoryLock lock) {
        this.disk = disk;
        this.lock = lock;
    }

    /// Takes a directory.
    ///
    /// @throws StoreIoException it holds files
    /// @throws io.kvs.StoreLockedException somebody else is using it
    static EmptyDirectory take(Disk disk) throws IOException {
        ensureEmpty(disk); // Nothing is left in a directory that is not ours, not even a lock.
        DirectoryLock lock =
                disk.lock(FileNames.LOCK, "a backup by process " + ProcessHandle.current().pid());
        try {
            ensureEmpty(disk);
            return new EmptyDirectory(disk, lock);
        } catch (IOException | RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    /// Declares that what is there is complete.
    void keep() {
        kept = true;
    }

    @Override
    public void close() throws IOException {
        try (lock) {
            if (!kept) {
                clear(disk);
            }
        }
    }

    /// Deletes the files of a store, the manifest first: without it the rest is nothing.
    static void clear(Disk disk) throws IOException {
        List<String> names = disk.list();
        if (names.contains(FileNames.MANIFEST)) {
            disk.delete(FileNames.MANIFEST);
            disk.syncDirectory();
        }
        for (String name : names) {
            if (FileNames.isDisposable(name) || name.equals(FileNames.RESERVE)) {
                disk.delete(name);
            }
        }
    }

    private static void ensureEmpty(Disk disk) throws IOException {
        for (String name : disk.list()) {
            if (!name.equals(FileNames.LOCK)) {
                throw new StoreIoException(
                        "the directory is not empty: " + disk.path("") + " holds " + name, null);
            }
        }
    }
}
