package io.kvs.io;

import java.time.Duration;

/// Runs each worker on a daemon thread of its own, named `kvs-` and the worker's name.
public final class ThreadBackground implements Background {

    /// Makes one; threads start with their workers.
    public ThreadBackground() {}

    @Override
    public Worker start(String name, Duration period, Runnable step) {
        ThreadWorker worker = new ThreadWorker("kvs-" + name, period, step);
        worker.start();
        return worker;
    }
}
