package io.kvs.commit;

import io.kvs.StoreFailedException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Remembers the first failure after which it is uncertain what is on stable storage.
///
/// Nobody tries such an operation again: after a failed sync the system may have dropped the very
/// pages that were to be written, and a second sync would report success (Rebello et al., ATC
/// 2020).
public final class Failure {
    private final AtomicReference<@Nullable Throwable> first = new AtomicReference<>();

    /// Remembers a failure, if it is the first.
    public void set(Throwable cause) {
        first.compareAndSet(null, cause);
    }

    /// Remembers a failure, if it is the first; returns the error that tells the first.
    public StoreFailedException fail(Throwable cause) {
        Throwable earlier = first.compareAndExchange(null, cause);
        return error(earlier == null ? cause : earlier);
    }

    /// Returns whether there was one.
    public boolean isSet() {
        return first.get() != null;
    }

    /// Does nothing if there was no failure.
    ///
    /// @throws StoreFailedException there was one
    public void check() {
        Throwable cause = first.get();
        if (cause != null) {
            throw error(cause);
        }
    }

    private static StoreFailedException error(Throwable cause) {
        return new StoreFailedException(
                "the store takes no more writes, close and reopen it: " + cause.getMessage(),
                cause);
    }
}
