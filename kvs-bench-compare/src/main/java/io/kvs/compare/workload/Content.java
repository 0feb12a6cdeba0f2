package io.kvs.compare.workload;

/// What a store holds, as far as workloads depend on it.
public enum Content {
    /// Nothing.
    EMPTY,

    /// All keys, each with any version of its value.
    LOADED,

    /// All keys, each with any version of its value, and perhaps more that were inserted; and room
    /// for more.
    GROWN,

    /// The first of the keys, as many as were written in the order of their indexes.
    FIRST_KEYS,

    /// Something of no further use.
    SCRAPS
}
