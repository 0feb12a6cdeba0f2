package io.kvs.server.pool;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A virtual thread for each job: none waits for another.
public final class VirtualThreadPool implements ThreadPool {
    private final ExecutorService threads;

    /// Makes one.
    ///
    /// @param name what the names of the threads begin with
    public VirtualThreadPool(String name) {
        threads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name(name + "-", 1).factory());
    }

    @Override
    public void execute(Runnable job) {
        threads.execute(job);
    }

    @Override
    public void close() {
        threads.close();
    }
}
