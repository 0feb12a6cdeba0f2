package io.kvs.protocol;

/// More was to be sent to a peer than its output buffer may hold. The connection is closed: what
/// was to be sent is not whole.
public final class OutputLimitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutputLimitException(int limitBytes) {
        super("more than " + limitBytes + " bytes are to be sent", null, false, false);
    }
}
