package io.kvs.server.rpc;

import io.kvs.protocol.v1.ErrorCode;

/// A request that is not carried out, and why.
final class RpcException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    RpcException(ErrorCode code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    ErrorCode code() {
        return code;
    }
}
