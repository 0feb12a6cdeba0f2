package io.kvs.server.rpc;

import io.kvs.ChangesGoneException;
import io.kvs.CompactionFailedException;
import io.kvs.ConflictException;
import io.kvs.CorruptionException;
import io.kvs.EntryTooLargeException;
import io.kvs.InvalidKeyException;
import io.kvs.KeyNotFoundException;
import io.kvs.KvsException;
import io.kvs.RemoteException;
import io.kvs.SerializationException;
import io.kvs.StoreClosedException;
import io.kvs.StoreFailedException;
import io.kvs.StoreIoException;
import io.kvs.StoreLockedException;
import io.kvs.UnsupportedFormatException;
import io.kvs.protocol.v1.Error;
import io.kvs.protocol.v1.ErrorCode;
import io.kvs.server.log.ServerLog;

/// What a client is told when something goes wrong.
final class Errors {
    private Errors() {}

    /// Returns the error for what was thrown; a defect of ours is logged and its text kept here.
    static Error of(RuntimeException thrown, ServerLog log) {
        return switch (thrown) {
            case RpcException e -> error(e.code(), e);
            case CorruptionException e ->
                    Error.newBuilder(error(ErrorCode.ERROR_CORRUPTION, e))
                            .setFile(e.file())
                            .setOffset(e.offset())
                            .build();
            case KvsException e -> error(code(e), e);
            case IllegalArgumentException e -> error(ErrorCode.ERROR_BAD_REQUEST, e);
            case RuntimeException e -> {
                log.failure("a request has failed", e);
                yield of(ErrorCode.ERROR_INTERNAL, "internal error");
            }
        };
    }

    static Error of(ErrorCode code, String message) {
        return Error.newBuilder().setCode(code).setMessage(message).build();
    }

    private static Error error(ErrorCode code, RuntimeException e) {
        return of(code, String.valueOf(e.getMessage()));
    }

    private static ErrorCode code(KvsException thrown) {
        return switch (thrown) {
            case KeyNotFoundException _ -> ErrorCode.ERROR_KEY_NOT_FOUND;
            case InvalidKeyException _ -> ErrorCode.ERROR_INVALID_KEY;
            case EntryTooLargeException _ -> ErrorCode.ERROR_ENTRY_TOO_LARGE;
            case CorruptionException _ -> ErrorCode.ERROR_CORRUPTION;
            case ConflictException _ -> ErrorCode.ERROR_CONFLICT;
            case StoreFailedException _ -> ErrorCode.ERROR_STORE_FAILED;
            case StoreIoException _, StoreLockedException _ -> ErrorCode.ERROR_STORE_IO;
            case CompactionFailedException _ -> ErrorCode.ERROR_COMPACTION_FAILED;
            case StoreClosedException _ -> ErrorCode.ERROR_SHUTTING_DOWN;
            case ChangesGoneException _,
                    RemoteException _,
                    SerializationException _,
                    UnsupportedFormatException _ ->
                    ErrorCode.ERROR_INTERNAL;
        };
    }
}
