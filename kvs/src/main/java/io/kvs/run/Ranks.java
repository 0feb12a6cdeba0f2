package io.kvs.run;

/// Tells which of two segments has the newer records of a key: see docs/decisions/004.
@FunctionalInterface
public interface Ranks {
    /// The rank of a segment that is not there any more.
    long GONE = -1;

    /// Returns the rank of a segment, larger for newer, or {@link #GONE}.
    long rank(long segmentId);
}
