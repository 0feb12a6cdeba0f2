package io.kvs.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// A mapping of a {@link RealFile}.
final class RealMappedFile implements MappedFile {
    private static final int SPINS_MAX = 100;
    private static final long PAUSE_NANOS = 20_000;

    /// So much is asked for, and touched, at a time.
    private static final long PREFAULT_BYTES = 2 << 20;

    private final Arena arena;
    private final MemorySegment memory;

    /// Held shared by a sync and exclusively by the closing: a sync is inside the kernel, where the
    /// arena cannot keep it from an address range that meanwhile belongs to another mapping.
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    RealMappedFile(Arena arena, MemorySegment memory) {
        this.arena = arena;
        this.memory = memory;
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public void sync(long from, long to) throws IOException {
        lock.readLock().lock();
        try {
            memory.asSlice(from, to - from).force();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void prefault(long from, long to) {
        for (long at = from; at < to; at += PREFAULT_BYTES) {
            lock.readLock().lock();
            try {
                MemorySegment part = memory.asSlice(at, Math.min(PREFAULT_BYTES, to - at));
                if (part.isLoaded()) {
                    part.load();
                }
            } catch (IllegalStateException | InternalError e) {
                return; // It has been closed, or cut meanwhile.
            } finally {
                lock.readLock().unlock();
            }
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            for (int attempt = 0; arena.scope().isAlive(); attempt++) {
                if (closedArena()) {
                    return;
                }
                if (attempt < SPINS_MAX) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /// Closes the arena unless a thread is inside an access.
    private boolean closedArena() {
        try {
            arena.close();
            return true;
        } catch (IllegalStateException _) {
            return false;
        }
    }
}
