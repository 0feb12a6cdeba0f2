package io.kvs.protocol.rpc;

/// What was received is no message of the protocol. Nothing that follows on the connection can be
/// relied on.
public final class MalformedFrameException extends Exception {
    private static final long serialVersionUID = 1L;

    /// Makes one; `message` says what is wrong.
    public MalformedFrameException(String message) {
        super(message, null, false, false);
    }
}
