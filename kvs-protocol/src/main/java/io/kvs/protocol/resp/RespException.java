package io.kvs.protocol.resp;

/// What a client has sent is no request, or exceeds a limit. Where the next request would begin is
/// not known: the client is told, and the connection closed.
public final class RespException extends Exception {
    private static final long serialVersionUID = 1L;

    /// Makes one.
    ///
    /// @param problem what is wrong, in the words of Redis
    public RespException(String problem) {
        super("Protocol error: " + problem, null, false, false);
    }
}
