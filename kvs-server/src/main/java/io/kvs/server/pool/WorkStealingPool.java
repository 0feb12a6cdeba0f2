package io.kvs.server.pool;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/// Threads with a queue each: a thread takes the oldest job of its own queue, and if there is none
/// the newest one of another.
///
/// So threads rarely meet at one queue. Jobs are dealt out in turn. Threads are started as they are
/// needed, up to a limit, and kept.
public final class WorkStealingPool implements ThreadPool {
    /// More queues than processors only make the search longer.
    private static final int QUEUES_MAX = 64;

    private final ConcurrentLinkedDeque<Runnable>[] queues;
    private final Workers workers;
    private final AtomicInteger turn = new AtomicInteger();

    /// A permit for each job in the queues, given after the job was put there; and, when the pool
    /// is closed, one for each thread.
    private final Semaphore jobs = new Semaphore(0);

    /// Held for reading while a job is added, so that none is added after closing.
    private final ReentrantReadWriteLock closing = new ReentrantReadWriteLock();

    private final int threadsMax;
    private volatile boolean closed; // written under closing.writeLock()

    /// Makes one.
    ///
    /// @param name what the names of the threads begin with
    /// @param threadsMax how many threads there may be, 1 at least
    public WorkStealingPool(String name, int threadsMax) {
        this.threadsMax = threadsMax;
        workers = new Workers(name, threadsMax, this::take);
        queues = queues(Math.min(threadsMax, QUEUES_MAX));
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // there are no arrays of generic types
    private static ConcurrentLinkedDeque<Runnable>[] queues(int count) {
        ConcurrentLinkedDeque<Runnable>[] made = new ConcurrentLinkedDeque[count];
        for (int i = 0; i < count; i++) {
            made[i] = new ConcurrentLinkedDeque<>();
        }
        return made;
    }

    @Override
    public void execute(Runnable job) {
        closing.readLock().lock();
        try {
            if (closed) {
                throw new RejectedExecutionException("the pool is closed");
            }
            queues[Integer.remainderUnsigned(turn.getAndIncrement(), queues.length)].addLast(job);
            jobs.release();
            workers.jobAdded();
        } finally {
            closing.readLock().unlock();
        }
    }

    private @Nullable Runnable take(int worker) {
        jobs.acquireUninterruptibly();
        while (true) {
            // Asked before the search: if it was closed, what the search does not find is not
            // there.
            boolean ending = closed;
            Runnable job = search(worker % queues.length);
            if (job != null || ending) {
                return job;
            }
            // There is a job for each permit. Others took those that this search has come to, and
            // theirs are where it has been before.
            Thread.onSpinWait();
        }
    }

    private @Nullable Runnable search(int own) {
        Runnable job = queues[own].pollFirst();
        for (int i = 1; job == null && i < queues.length; i++) {
            job = queues[(own + i) % queues.length].pollLast();
        }
        return job;
    }

    @Override
    public void close() {
        closing.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                jobs.release(threadsMax);
            }
        } finally {
            closing.writeLock().unlock();
        }
        workers.join();
    }
}
