package io.kvs.testkit;

import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import java.io.IOException;
import java.util.List;

/// Another directory of a {@link SimulatedDisk}.
///
/// @param disk where its files are
/// @param prefix what their names begin with there
record SimulatedFolder(SimulatedDisk disk, String prefix) implements Disk {

    /// Returns the name of a file on the disk.
    String full(String name) {
        return prefix + name;
    }

    @Override
    public List<String> list() throws IOException {
        return disk.list(prefix);
    }

    @Override
    public DiskFile create(String name) throws IOException {
        return disk.create(full(name));
    }

    @Override
    public DiskFile open(String name, Access access) throws IOException {
        return disk.open(full(name), access);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(full(from), full(to));
    }

    @Override
    public boolean link(String name, Disk target) throws IOException {
        if (target == disk) {
            return disk.link(full(name), name);
        }
        return target instanceof SimulatedFolder other
                && other.disk == disk
                && disk.link(full(name), other.full(name));
    }

    @Override
    public void delete(String name) throws IOException {
        disk.delete(full(name));
    }

    @Override
    public void syncDirectory() throws IOException {
        disk.syncDirectory(prefix);
    }

    @Override
    public DirectoryLock lock(String name, String owner) throws IOException {
        return disk.lock(full(name), owner);
    }

    @Override
    public String bootId() {
        return disk.bootId();
    }

    @Override
    public long usableBytes() {
        return disk.usableBytes();
    }

    @Override
    public String path(String name) {
        return disk.path(full(name));
    }
}
