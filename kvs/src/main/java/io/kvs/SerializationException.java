package io.kvs;

import org.jspecify.annotations.Nullable;

/// Text and bytes cannot be converted into each other without loss. Use the byte forms instead.
public final class SerializationException extends KvsException {
    private static final long serialVersionUID = 1L;

    /// Makes one; `message` says what could not be converted.
    public SerializationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
