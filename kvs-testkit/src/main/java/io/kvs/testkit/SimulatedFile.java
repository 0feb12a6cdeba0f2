package io.kvs.testkit;

import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import io.kvs.io.MappedFile;
import java.io.EOFException;
import java.io.IOException;
import java.util.Objects;

/// A handle of a file of a {@link SimulatedDisk}.
final class SimulatedFile implements DiskFile {
    private final SimulatedDisk disk;
    private final Inode inode;
    private final String name;
    private final Disk.Access access;
    private boolean closed;

    SimulatedFile(SimulatedDisk disk, Inode inode, String name, Disk.Access access) {
        this.disk = disk;
        this.inode = inode;
        this.name = name;
        this.access = access;
        inode.opened();
    }

    @Override
    public long size() throws IOException {
        synchronized (disk) {
            begin("size");
            int size = inode.size();
            disk.end();
            return size;
        }
    }

    @Override
    public int read(long position, byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        synchronized (disk) {
            begin("read");
            int count = inode.read(position, target, offset, length);
            disk.end();
            return count;
        }
    }

    @Override
    public void write(long position, byte[] source, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, source.length);
        int at = Math.toIntExact(position);
        synchronized (disk) {
            checkWritable();
            if (disk.nextWriteTears()) {
                int part = disk.faultRandom().nextInt(length + 1);
                inode.write(disk.nextSequence(), at, source, offset, part);
            }
            begin("write");
            int fitting = inode.fitting(at, length, disk.freePages());
            inode.write(disk.nextSequence(), at, source, offset, fitting);
            if (fitting < length) {
                throw new IOException("No space left on device");
            }
            disk.end();
        }
    }

    @Override
    public void setSize(long size) throws IOException {
        int newSize = Math.toIntExact(size);
        synchronized (disk) {
            checkWritable();
            begin("setSize");
            inode.setSize(disk.nextSequence(), newSize);
            disk.end();
        }
    }

    @Override
    public MappedFile map(long size, Disk.Access mapAccess) throws IOException {
        synchronized (disk) {
            if (mapAccess == Disk.Access.READ_WRITE) {
                checkWritable();
            }
            begin("map");
            if (disk.find(name) != inode) {
                throw new AssertionError(name + " was renamed or deleted since it was opened");
            }
            if (size > inode.size()) {
                throw new EOFException(
                        name + " has " + inode.size() + " bytes, cannot map " + size);
            }
            SimulatedMap map = new SimulatedMap(disk, inode, name, (int) size, mapAccess);
            disk.opened(map);
            disk.end();
            return map;
        }
    }

    @Override
    public void sync() throws IOException {
        synchronized (disk) {
            if (disk.nextSyncFails("sync")) {
                inode.failSync(disk.faultRandom(), 0, inode.size());
            }
            begin("sync");
            inode.sync(0, inode.size());
            disk.end();
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (disk) {
            if (!closed && !disk.isDead()) {
                closed = true;
                inode.closed();
                disk.closed(this);
            }
            disk.begin("close", name);
            disk.end();
        }
    }

    @Override
    public String toString() {
        return "file " + name;
    }

    private void begin(String call) throws IOException {
        disk.begin(call, name);
        if (closed) {
            throw new IOException("Stream Closed");
        }
    }

    private void checkWritable() throws IOException {
        if (access == Disk.Access.READ) {
            throw new IOException(name + " is open for reading only");
        }
    }
}
