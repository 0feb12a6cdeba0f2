package io.kvs.compare.report;

/// What is measured.
public enum Quantity {
    /// Entries a second.
    RATE,
    /// The median latency in microseconds.
    P50_MICROS,
    /// The latency that one in a hundred exceeds, in microseconds.
    P99_MICROS,
    /// The latency that one in a thousand exceeds, in microseconds.
    P999_MICROS,
    /// Processor time for each entry, over all threads, in microseconds.
    CPU_MICROS,
    /// Appends and syncs a second of a bare file, just before and after the workload.
    BARE_RATE,
    /// The rate of the workload for each append and sync of the bare file.
    TIMES_BARE,
    /// Memory of the store in the heap, in bytes for each key.
    HEAP_PER_KEY,
    /// Other private memory of the store, in bytes for each key.
    OTHER_PER_KEY,
    /// Allocated disk space after loading, in bytes for each live byte.
    LOADED_SPACE,
    /// Sizes of all files after loading and closing, in bytes for each live byte.
    CLOSED_SPACE,
    /// How often every key was overwritten, on average.
    OVERWRITTEN,
    /// The largest allocated disk space while overwriting, in bytes for each live byte.
    WORST_SPACE,
    /// Allocated disk space some time after overwriting, in bytes for each live byte.
    SETTLED_SPACE,
    /// Seconds to open after closing.
    OPEN_CLOSED_SECONDS,
    /// Writes that were acknowledged before the kill.
    KILLED_AFTER,
    /// Seconds to open after a kill.
    OPEN_KILLED_SECONDS,
    /// Acknowledged writes that were looked for after a kill.
    CHECKED_WRITES,
    /// Those of them that were missing or had an older value.
    LOST_WRITES
}
