package io.kvs.testkit;

import io.kvs.io.Disk;
import java.io.IOException;

/// The lock of a {@link SimulatedDisk}.
final class SimulatedLock implements Disk.DirectoryLock {
    private final SimulatedDisk disk;
    private final String name;

    SimulatedLock(SimulatedDisk disk, String name) {
        this.disk = disk;
        this.name = name;
    }

    @Override
    public void close() throws IOException {
        synchronized (disk) {
            disk.unlocked(this);
            disk.begin("unlock", name);
            disk.end();
        }
    }

    @Override
    public String toString() {
        return "lock " + name;
    }
}
