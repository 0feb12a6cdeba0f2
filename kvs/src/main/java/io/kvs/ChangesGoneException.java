package io.kvs;

/// The changes that were asked for are not in the log any more: compaction has gone past them.
/// Start from a {@link Snapshot}, and go on with the changes after its {@link Snapshot#sequence()}.
public final class ChangesGoneException extends KvsException {
    private static final long serialVersionUID = 1;

    /// Makes it.
    ///
    /// @param after the changes after this number were asked for
    public ChangesGoneException(long after) {
        super(
                "the changes after "
                        + after
                        + " are not in the log any more; start from a snapshot",
                null);
    }
}
