package io.kvs.io;

import io.kvs.StoreLockedException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// The lock of the directory of a {@link RealDisk}: a lock of the operating system on a file.
///
/// Such a lock belongs to the process, which loses it as soon as it closes *any* descriptor of the
/// file. So this class opens a file at most once: it remembers those it has open, and refuses a
/// second lock without opening the file again.
final class RealLock implements Disk.DirectoryLock {
    private static final int OWNER_LENGTH_MAX = 1024;

    /// The open lock files by their identity; guards itself and everything in it.
    private static final Map<Object, RealLock> OPEN = new HashMap<>();

    private final Object fileKey;
    private final RandomAccessFile file;
    private boolean held;

    private RealLock(Object fileKey, RandomAccessFile file) {
        this.fileKey = fileKey;
        this.file = file;
    }

    /// Locks the file at `path`, which exists and is identified by `fileKey`.
    static RealLock acquire(Path directory, Path path, Object fileKey, String owner)
            throws IOException {
        synchronized (OPEN) {
            RealLock lock = OPEN.get(fileKey);
            if (lock == null) {
                lock = new RealLock(fileKey, new RandomAccessFile(path.toFile(), "rw"));
                OPEN.put(fileKey, lock);
            }
            if (lock.held || !lock.tryLock()) {
                throw new StoreLockedException(directory.toString(), lock.ownerAndForget());
            }
            try {
                lock.writeOwner(owner);
            } catch (IOException e) {
                lock.forget();
                throw e;
            }
            lock.held = true;
            return lock;
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (OPEN) {
            if (held) {
                held = false;
                forget();
            }
        }
    }

    private boolean tryLock() throws IOException {
        try {
            if (file.getChannel().tryLock() != null) {
                return true;
            }
        } catch (OverlappingFileLockException _) {
            // A copy of this class in another class loader holds it. Closing the file would take
            // its lock away, so it stays open and known.
            return false;
        } catch (IOException e) {
            forget();
            throw e;
        }
        OPEN.remove(fileKey);
        return false;
    }

    /// Returns the owner's line, and closes the file unless it is in use by this process.
    private String ownerAndForget() throws IOException {
        try {
            file.seek(0);
            byte[] bytes = new byte[OWNER_LENGTH_MAX];
            int length = Math.max(0, file.read(bytes));
            String line = new String(bytes, 0, length, StandardCharsets.UTF_8).strip();
            return line.isEmpty() ? "another process" : line;
        } finally {
            if (OPEN.get(fileKey) != this) {
                file.close();
            }
        }
    }

    private void writeOwner(String owner) throws IOException {
        byte[] line = owner.concat("\n").getBytes(StandardCharsets.UTF_8);
        file.setLength(0);
        file.seek(0);
        file.write(line);
    }

    private void forget() throws IOException {
        OPEN.remove(fileKey);
        file.close();
    }
}
