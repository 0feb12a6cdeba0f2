package io.kvs.commit;

/// Tells {@link DeferredAnswers} that an operation which must not wait would have to, and has
/// written nothing. Nobody else sees it.
public final class WouldWaitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Makes one without a stack trace, since it is no error.
    public WouldWaitException() {
        super("it would have to wait", null, false, false);
    }
}
