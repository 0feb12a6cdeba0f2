package io.kvs.server.pool;

/// Threads that run jobs.
///
/// A job that throws ends itself alone: the thread that ran it goes on with the next one, and what
/// was thrown goes to its {@linkplain Thread#getUncaughtExceptionHandler() handler}. Every method
/// may be called from any number of threads at once.
public interface ThreadPool extends AutoCloseable {

    /// Has `job` run on one of the threads, at once or when one of them is free. What the caller
    /// did before happens before the job.
    ///
    /// @throws java.util.concurrent.RejectedExecutionException the pool is closed; the job will not
    ///   run
    void execute(Runnable job);

    /// Takes no more jobs, and returns when all that were taken have ended. Closing twice does
    /// nothing. A job must not close the pool that runs it.
    @Override
    void close();
}
