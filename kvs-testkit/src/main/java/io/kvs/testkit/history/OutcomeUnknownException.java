package io.kvs.testkit.history;

/// The connection was lost before a call was answered.
public final class OutcomeUnknownException extends Exception {
    private static final long serialVersionUID = 1L;

    /// Makes one.
    public OutcomeUnknownException(Throwable cause) {
        super("it is not known whether the call took effect", cause);
    }
}
