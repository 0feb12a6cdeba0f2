package io.kvs.compare.child;

/// What a child JVM is started for.
public enum Role {
    /// Runs workloads and times them.
    MEASURE,
    /// Loads a store, and measures the memory and the disk space it takes.
    LOAD,
    /// Opens a store that was closed.
    OPEN_CLOSED,
    /// Overwrites a loaded store, and measures the disk space it takes.
    OVERWRITE,
    /// Writes until it is killed.
    BE_KILLED,
    /// Opens a store whose writer was killed, and looks for the acknowledged writes.
    OPEN_KILLED
}
