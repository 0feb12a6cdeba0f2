package io.kvs.io;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// Runs the background work of a store: the seam that lets a test decide when it happens.
public interface Background {

    /// Starts a worker that runs `step` after every {@link Worker#wake()}, and at least once in
    /// every `period`. Steps of one worker never overlap.
    Worker start(String name, Duration period, Runnable step);

    /// Returns how many tasks {@link #runAll} runs at once at most.
    int parallelism();

    /// Runs tasks at once; returns when all have ended.
    ///
    /// @throws IOException a task threw it; so for unchecked exceptions
    void runAll(List<Task> tasks) throws IOException;

    /// Has the calling thread, which is one of the background, wait so long, or somewhat shorter.
    void pause(long nanos);

    /// A part of some work.
    interface Task {
        void run() throws IOException;
    }

    /// A worker; closing waits until a running step has ended, and then runs no more.
    interface Worker extends AutoCloseable {
        /// Asks for a step soon. Never blocks; several calls before a step make one step.
        void wake();

        @Override
        void close();
    }
}
