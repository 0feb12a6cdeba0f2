package io.kvs.compare.store;

/// What an acknowledged write survives.
public enum Level {
    /// The death of the process: the write has reached the page cache.
    PROCESS,

    /// A power cut: the write is on stable storage.
    DEVICE
}
