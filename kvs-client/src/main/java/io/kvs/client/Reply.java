package io.kvs.client;

import io.kvs.protocol.rpc.MalformedFrameException;
import io.kvs.protocol.rpc.ResponseReader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// The answer to a request, once it is there.
///
/// @param <T> what it says
final class Reply<T extends @Nullable Object> extends CompletableFuture<T> {
    private final Decoder<T> decoder;
    private final long deadlineNanos;

    /// Makes one that is not there.
    ///
    /// @param deadlineNanos when to give up, in the time of `System.nanoTime`
    Reply(Decoder<T> decoder, long deadlineNanos) {
        this.decoder = decoder;
        this.deadlineNanos = deadlineNanos;
    }

    /// Returns whether it has been waited for long enough.
    boolean isOverdue(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    /// Takes what the server has answered.
    ///
    /// @throws MalformedFrameException it is no answer to this request
    void receive(ResponseReader response, String server) throws MalformedFrameException {
        T decoded;
        try {
            decoded = decoder.decode(response, server);
        } catch (RuntimeException e) {
            completeExceptionally(e);
            return;
        }
        complete(decoded);
    }

    /// Waits, also if the thread is interrupted, and returns or throws what a future holds.
    ///
    /// @throws IllegalStateException this thread is the one that receives what is waited for
    static <T extends @Nullable Object> T await(CompletableFuture<T> future) {
        if (Connection.isReceiver(Thread.currentThread()) && !future.isDone()) {
            throw new IllegalStateException(
                    "what is done when an answer comes must not wait for another one");
        }
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /// What a response says.
    ///
    /// @param <T> what it says
    @FunctionalInterface
    interface Decoder<T extends @Nullable Object> {
        /// Returns what the response says.
        ///
        /// @param server names the server in messages
        /// @throws RuntimeException the server says that it has not done it, and why
        /// @throws MalformedFrameException it is no answer to this request
        T decode(ResponseReader response, String server) throws MalformedFrameException;
    }
}
