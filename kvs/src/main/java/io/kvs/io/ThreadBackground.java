package io.kvs.io;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Runs each worker on a daemon thread of its own, named `kvs-` and the worker's name.
public final class ThreadBackground implements Background {

    /// Makes one; threads start with their workers.
    public ThreadBackground() {}

    @Override
    public int parallelism() {
        return Runtime.getRuntime().availableProcessors();
    }

    @Override
    public void runAll(List<Task> tasks) throws IOException {
        List<TaskThread> threads = new ArrayList<>();
        try {
            for (Task task : tasks.subList(1, tasks.size())) {
                threads.add(TaskThread.start(task));
            }
            tasks.getFirst().run();
        } finally {
            threads.forEach(TaskThread::join);
        }
        for (TaskThread thread : threads) {
            thread.check();
        }
    }

    @Override
    public void pause(long nanos) {
        LockSupport.parkNanos(nanos);
    }

    @Override
    public Worker start(String name, Duration period, Runnable step) {
        ThreadWorker worker = new ThreadWorker("kvs-" + name, period, step);
        worker.start();
        return worker;
    }
}
