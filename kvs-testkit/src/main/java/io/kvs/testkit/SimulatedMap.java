package io.kvs.testkit;

import io.kvs.io.Disk;
import io.kvs.io.MappedFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// A map of a file of a {@link SimulatedDisk}: its memory is that of the live file.
final class SimulatedMap implements MappedFile {
    private final SimulatedDisk disk;
    private final Inode inode;
    private final String name;
    private final Arena arena;
    private final MemorySegment memory;

    SimulatedMap(SimulatedDisk disk, Inode inode, String name, int size, Disk.Access access) {
        this.disk = disk;
        this.inode = inode;
        this.name = name;
        this.arena = disk.newArena();
        MemorySegment mapped = view(inode.reserveMap(size, disk.mapReserveBytes()), size, arena);
        this.memory = access == Disk.Access.READ ? mapped.asReadOnly() : mapped;
        inode.mapped(this);
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public void sync(long from, long to) throws IOException {
        Objects.checkFromToIndex(from, to, memory.byteSize());
        synchronized (disk) {
            if (disk.nextSyncFails("msync")) {
                inode.failSync(disk.faultRandom(), (int) from, (int) to);
            }
            disk.begin("msync", name);
            if (!arena.scope().isAlive()) {
                throw new IllegalStateException("Already closed");
            }
            if (to > from) {
                inode.sync((int) from, (int) to);
            }
            disk.end();
        }
    }

    @Override
    public void close() {
        synchronized (disk) {
            if (arena.scope().isAlive()) {
                disk.closed(this);
                unmap();
            }
        }
    }

    /// Ends the map without a call of the disk.
    void unmap() {
        if (!arena.scope().isAlive()) {
            return;
        }
        while (arena.scope().isAlive()) {
            try {
                arena.close();
            } catch (IllegalStateException _) {
                // A thread is inside an access; it will not be for long.
                Thread.onSpinWait();
            }
        }
        inode.unmapped(this);
    }

    @Override
    public String toString() {
        return "map " + name + " 0.." + memory.byteSize();
    }

    /// Returns the same memory with the life of a map. The cleanup does nothing, but as long as the
    /// arena knows it the region is safe from the garbage collector.
    @SuppressWarnings("restricted")
    private static MemorySegment view(MemorySegment region, int size, Arena arena) {
        return region.asSlice(0, size).reinterpret(arena, _ -> Objects.requireNonNull(region));
    }
}
