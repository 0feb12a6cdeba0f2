package io.kvs.compare.workload;

/// What one thread does again and again.
interface Operation {
    /// Does it once.
    ///
    /// @param turn how often this thread has done it before
    void run(long turn);
}
