package io.kvs.io;

import java.time.Duration;

/// Runs the background work of a store: the seam that lets a test decide when it happens.
public interface Background {

    /// Starts a worker that runs `step` after every {@link Worker#wake()}, and at least once in
    /// every `period`. Steps of one worker never overlap.
    Worker start(String name, Duration period, Runnable step);

    /// A worker; closing waits until a running step has ended, and then runs no more.
    interface Worker extends AutoCloseable {
        /// Asks for a step soon. Never blocks; several calls before a step make one step.
        void wake();

        @Override
        void close();
    }
}
