package io.kvs.client;

import io.kvs.CompactionFailedException;
import io.kvs.ConflictException;
import io.kvs.CorruptionException;
import io.kvs.EntryTooLargeException;
import io.kvs.InvalidKeyException;
import io.kvs.KeyNotFoundException;
import io.kvs.RemoteException;
import io.kvs.StoreFailedException;
import io.kvs.StoreIoException;
import io.kvs.protocol.rpc.MalformedFrameException;
import io.kvs.protocol.rpc.ResponseReader.RemoteError;
import io.kvs.protocol.v1.ErrorCode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/// The exceptions that a server's engine has thrown, thrown here.
final class RemoteErrors {
    private RemoteErrors() {}

    /// Returns the exception for an error.
    ///
    /// @param server names the server in messages
    static RuntimeException exception(RemoteError error, String server) {
        String message = error.message();
        return switch (error.code()) {
            case ErrorCode.ERROR_KEY_NOT_FOUND_VALUE -> new KeyNotFoundException();
            case ErrorCode.ERROR_INVALID_KEY_VALUE ->
                    new InvalidKeyException(without("invalid key: ", message));
            case ErrorCode.ERROR_ENTRY_TOO_LARGE_VALUE -> new EntryTooLargeException(message);
            case ErrorCode.ERROR_CORRUPTION_VALUE -> corruption(error);
            case ErrorCode.ERROR_CONFLICT_VALUE -> new ConflictException();
            case ErrorCode.ERROR_STORE_FAILED_VALUE ->
                    new StoreFailedException(message, told(server, message, true));
            case ErrorCode.ERROR_STORE_IO_VALUE -> new StoreIoException(message, null);
            case ErrorCode.ERROR_COMPACTION_FAILED_VALUE ->
                    new CompactionFailedException(message, told(server, message, false));
            case ErrorCode.ERROR_UNSUPPORTED_VALUE -> new UnsupportedOperationException(message);
            case ErrorCode.ERROR_BAD_REQUEST_VALUE -> new IllegalArgumentException(message);
            case ErrorCode.ERROR_NO_SUCH_HANDLE_VALUE, ErrorCode.ERROR_TOO_MANY_REQUESTS_VALUE ->
                    new IllegalStateException(message);
            case ErrorCode.ERROR_UNAUTHENTICATED_VALUE, ErrorCode.ERROR_SHUTTING_DOWN_VALUE ->
                    told(server, message, false);
            default -> told(server, message, true);
        };
    }

    private static CorruptionException corruption(RemoteError error) {
        String place = "corrupt data in " + error.file() + " at offset " + error.offset() + ": ";
        return new CorruptionException(
                error.file(), error.offset(), without(place, error.message()));
    }

    private static String without(String prefix, String message) {
        return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    }

    private static RemoteException told(String server, String message, boolean uncertain) {
        return new RemoteException(
                "the server at " + server + " says: " + message, uncertain, null);
    }

    /// Returns the error for an answer that is none of ours.
    static RemoteException notOurs(String server, MalformedFrameException problem) {
        return new RemoteException(
                "what listens at "
                        + server
                        + " does not speak the protocol of kvs: "
                        + problem.getMessage(),
                true,
                problem);
    }

    /// Returns the error for a host whose name is not known.
    static RemoteException noHost(InetSocketAddress address) {
        return new RemoteException("there is no host " + address.getHostString(), false, null);
    }

    /// Returns the error for a connection that was not made.
    static RemoteException unreachable(String server, IOException cause) {
        String message =
                switch (cause) {
                    case ConnectException _ -> "nobody listens at " + server;
                    case SocketTimeoutException _ -> "no connection to " + server + " in time";
                    default -> "no connection to " + server + ": " + cause.getMessage();
                };
        return new RemoteException(message, false, cause);
    }

    /// Returns the error for a server that one cannot speak TLS with.
    static RemoteException noTls(String server, IOException cause) {
        String message =
                cause instanceof SocketTimeoutException
                        ? "the server at " + server + " does not answer in TLS"
                        : "no TLS with the server at " + server + ": " + root(cause).getMessage();
        return new RemoteException(message, false, cause);
    }

    /// Returns the first cause, which says it without the names of classes.
    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /// Returns the error for a connection that has ended before its time.
    static RemoteException lost(String server, @Nullable IOException cause) {
        if (cause instanceof SocketTimeoutException) {
            return late(server);
        }
        String why = cause == null ? "the server has closed it" : cause.getMessage();
        return new RemoteException("the connection to " + server + " is lost: " + why, true, cause);
    }

    /// Returns the error for an answer that has not come.
    static RemoteException late(String server) {
        return new RemoteException(
                "the server at " + server + " has not answered in time", true, null);
    }
}
