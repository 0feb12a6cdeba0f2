package io.kvs.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file of a {@link RealDisk}.
final class RealFile implements DiskFile {
    private final Path path;
    private final RandomAccessFile file;

    RealFile(Path path, RandomAccessFile file) {
        this.path = path;
        this.file = file;
    }

    @Override
    public long size() throws IOException {
        return file.length();
    }

    @Override
    public synchronized int read(long position, byte[] target, int offset, int length)
            throws IOException {
        file.seek(position);
        int count = 0;
        while (count < length) {
            int read = file.read(target, offset + count, length - count);
            if (read < 0) {
                break;
            }
            count += read;
        }
        return count;
    }

    @Override
    public synchronized void write(long position, byte[] source, int offset, int length)
            throws IOException {
        file.seek(position);
        file.write(source, offset, length);
    }

    @Override
    public synchronized void setSize(long size) throws IOException {
        file.setLength(size);
    }

    /// Maps the file of this name: one that was renamed or deleted must be opened again first.
    @Override
    public MappedFile map(long size, Disk.Access access) throws IOException {
        if (size > size()) {
            throw new EOFException(path + " has " + size() + " bytes, cannot map " + size);
        }
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return mapOnce(size, access);
                } catch (ClosedByInterruptException _) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void sync() throws IOException {
        file.getFD().sync();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /// Maps through a channel of its own, so that an interrupt closes nothing that is shared.
    private MappedFile mapOnce(long size, Disk.Access access) throws IOException {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = openChannel(access)) {
            MapMode mode = access == Disk.Access.READ ? MapMode.READ_ONLY : MapMode.READ_WRITE;
            return new RealMappedFile(arena, channel.map(mode, 0, size, arena));
        } catch (IOException | RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    private FileChannel openChannel(Disk.Access access) throws IOException {
        return access == Disk.Access.READ
                ? FileChannel.open(path, StandardOpenOption.READ)
                : FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
}
