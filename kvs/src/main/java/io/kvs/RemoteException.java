package io.kvs;

import org.jspecify.annotations.Nullable;

/// A server could not be reached, has not answered, or has refused to. The message names it.
///
/// What the caller can do: try again, at once if {@link #isUncertain()} is false. Otherwise the
/// request may have been carried out all the same, and a write should only be repeated if it does
/// no harm to make it twice.
public final class RemoteException extends KvsException {
    private static final long serialVersionUID = 1L;

    private final boolean uncertain;

    /// Makes one.
    ///
    /// @param message names the server and says what is wrong
    /// @param uncertain whether the request may have been carried out
    public RemoteException(String message, boolean uncertain, @Nullable Throwable cause) {
        super(message, cause);
        this.uncertain = uncertain;
    }

    /// Returns whether the request may have been carried out.
    public boolean isUncertain() {
        return uncertain;
    }
}
