package io.kvs.server.pool;

import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Threads that take jobs from one queue, first come, first served.
///
/// Threads are started as they are needed, up to a limit, and kept. Jobs that find no free thread
/// wait.
public final class SharedQueuePool implements ThreadPool {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>(); // guarded by lock
    private final Workers workers;
    private boolean closed; // guarded by lock

    /// Makes one.
    ///
    /// @param name what the names of the threads begin with
    /// @param threadsMax how many threads there may be, 1 at least
    public SharedQueuePool(String name, int threadsMax) {
        workers = new Workers(name, threadsMax, _ -> take());
    }

    @Override
    public void execute(Runnable job) {
        lock.lock();
        try {
            if (closed) {
                throw new RejectedExecutionException("the pool is closed");
            }
            queue.add(job);
            changed.signal();
            workers.jobAdded();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Runnable take() {
        lock.lock();
        try {
            while (queue.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            return queue.poll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        workers.join();
    }
}
