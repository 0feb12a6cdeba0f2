package io.kvs.io;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Runs tasks that may wait, on a bounded number of daemon threads; a thread ends when it has had
/// nothing to do for a while. How many tasks wait for a thread is bounded by whoever sends them.
public final class TaskPool implements Executor, AutoCloseable {
    private static final long IDLE_SECONDS = 10;

    private final ThreadPoolExecutor threads;

    /// Makes a pool without threads.
    ///
    /// @param name that of its threads, after `kvs-`
    /// @param threadsMax how many tasks run at once at most
    public TaskPool(String name, int threadsMax) {
        threads =
                new ThreadPoolExecutor(
                        threadsMax,
                        threadsMax,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task -> thread(name, task));
        threads.allowCoreThreadTimeOut(true);
    }

    private static Thread thread(String name, Runnable task) {
        Thread thread = new Thread(null, task, "kvs-" + name, 0, false);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    /// Lets the threads end when they have run what was sent. Does not wait for that.
    @Override
    public void close() {
        threads.shutdown();
    }
}
