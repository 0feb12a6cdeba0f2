package io.kvs.cli;

import org.jspecify.annotations.Nullable;

/// Standard output takes no more: the disk is full, or nobody reads any longer.
public final class OutputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Makes one; the message of `cause` says what is wrong.
    public OutputException(@Nullable Throwable cause) {
        super(
                "cannot write the output: "
                        .concat(cause == null ? "" : String.valueOf(cause.getMessage())),
                cause);
    }
}
