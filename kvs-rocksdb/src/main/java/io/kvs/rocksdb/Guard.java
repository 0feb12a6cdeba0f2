package io.kvs.rocksdb;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/// Keeps native objects from being used after they are released, which would end the process.
///
/// Whoever uses them does it between {@link #enter} and {@link #exit}. To close waits for all who
/// are inside, releases what was {@linkplain #add added}, and lets nobody in any more.
final class Guard {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final Set<AutoCloseable> dependents = ConcurrentHashMap.newKeySet();
    private final Supplier<RuntimeException> closedError;
    private volatile boolean closed;

    /// Makes one that is open.
    ///
    /// @param closedError what to throw at those who come too late
    Guard(Supplier<RuntimeException> closedError) {
        this.closedError = closedError;
    }

    /// Begins a use; the native objects stay until {@link #exit}, which must follow.
    void enter() {
        lock.readLock().lock();
        if (closed) {
            lock.readLock().unlock();
            throw closedError.get();
        }
    }

    void exit() {
        lock.readLock().unlock();
    }

    /// Adds something to be closed before the guarded objects; called inside.
    void add(AutoCloseable dependent) {
        dependents.add(dependent);
    }

    /// Closes something that was added, unless that has been done.
    ///
    /// @param release does it
    void release(AutoCloseable dependent, Runnable release) {
        lock.readLock().lock();
        try {
            if (dependents.remove(dependent)) {
                release.run();
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    /// Closes; does nothing if that has been done.
    ///
    /// @param release called once, when nobody is inside and all that was added is closed
    void close(Runnable release) {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                for (AutoCloseable dependent : Set.copyOf(dependents)) {
                    closeQuietly(dependent);
                }
                release.run();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private static void closeQuietly(AutoCloseable dependent) {
        try {
            dependent.close();
        } catch (Exception e) {
            throw new AssertionError("releasing native memory cannot fail", e);
        }
    }
}
