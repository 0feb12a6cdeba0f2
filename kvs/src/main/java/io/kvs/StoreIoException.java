package io.kvs;

import org.jspecify.annotations.Nullable;

/// The operating system refused an operation: no such directory, no permission, disk full. The
/// message names the file. The store itself is as it was before the call.
public final class StoreIoException extends KvsException {
    private static final long serialVersionUID = 1L;

    /// Makes one; `message` says what was tried on which file.
    public StoreIoException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
