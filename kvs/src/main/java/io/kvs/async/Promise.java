package io.kvs.async;

import io.kvs.DeferringKvsEngine.Outcome;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The outcome of an operation in flight, which leaves before whatever depends on it runs: that may
/// begin the next one.
///
/// @param <T> what the operation returns
final class Promise<T extends @Nullable Object> extends CompletableFuture<T> implements Outcome<T> {
    private final InFlight inFlight;
    private final long bytes;

    /// Makes one for an operation that has been counted in.
    Promise(InFlight inFlight, long bytes) {
        this.inFlight = inFlight;
        this.bytes = bytes;
    }

    @Override
    public void returned(T value) {
        inFlight.leave(bytes);
        complete(value);
        inFlight.finish();
    }

    @Override
    public void failed(Throwable problem) {
        inFlight.leave(bytes);
        completeExceptionally(problem);
        inFlight.finish();
    }
}
