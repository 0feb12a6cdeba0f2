package io.kvs.oneshot;

/// The store is not in the ordinary state of one that was closed in order, or the operation is not
/// an ordinary one. Nothing was written: use {@link io.kvs.KvStore} instead.
public final class NotSimpleException extends Exception {
    private static final long serialVersionUID = 1L;

    /// Makes one; `reason` is for tests and debuggers.
    NotSimpleException(String reason) {
        super(reason, null, false, false);
    }
}
