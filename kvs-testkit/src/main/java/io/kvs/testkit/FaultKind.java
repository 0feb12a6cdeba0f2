package io.kvs.testkit;

/// What happens at a chosen call of a {@link SimulatedDisk}.
public enum FaultKind {
    /// The call fails; a write may have written a part, a sync has lost some of the pages for good.
    ONCE,
    /// The call fails, and all calls after it.
    FOREVER,
    /// The process dies before the call has any effect.
    CRASH_BEFORE,
    /// The process dies within a write, of which a part is done; otherwise like `CRASH_BEFORE`.
    CRASH_WITHIN,
    /// The process dies after the call, before the caller gets to know.
    CRASH_AFTER
}
