package io.kvs.testkit;

import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import java.io.IOException;
import java.util.List;

/// A disk that hands every call to another one: for subclasses that change some.
public abstract class ForwardingDisk implements Disk {
    private final Disk disk;

    /// Makes one in front of another disk.
    protected ForwardingDisk(Disk disk) {
        this.disk = disk;
    }

    @Override
    public long usableBytes() {
        return disk.usableBytes();
    }

    @Override
    public long nanos() {
        return disk.nanos();
    }

    @Override
    public List<String> list() throws IOException {
        return disk.list();
    }

    @Override
    public DiskFile create(String name) throws IOException {
        return disk.create(name);
    }

    @Override
    public DiskFile open(String name, Access access) throws IOException {
        return disk.open(name, access);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public boolean link(String name, Disk target) throws IOException {
        return disk.link(name, target);
    }

    @Override
    public void delete(String name) throws IOException {
        disk.delete(name);
    }

    @Override
    public void syncDirectory() throws IOException {
        disk.syncDirectory();
    }

    @Override
    public DirectoryLock lock(String name, String owner) throws IOException {
        return disk.lock(name, owner);
    }

    @Override
    public String bootId() {
        return disk.bootId();
    }

    @Override
    public String path(String name) {
        return disk.path(name);
    }
}
