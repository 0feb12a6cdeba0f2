package io.kvs.compaction;

/// How urgent compaction is, from what is stale; each level includes those before it.
public enum Pressure {
    /// Writers need not mind.
    NONE,

    /// It will soon be urgent: what has ended should be sealed for it.
    NEAR,

    /// Each writer should wait for it a little.
    URGENT,

    /// No writer should go on before it.
    EXCEEDED
}
