package io.kvs.zstd;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/// Contexts of the native library, which one thread at a time may use. There are as many as threads
/// that have used them at once.
///
/// @param <C> what they are
final class ContextPool<C extends AutoCloseable> {
    private final Supplier<C> maker;
    private final ConcurrentLinkedQueue<C> idle = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    ContextPool(Supplier<C> maker) {
        this.maker = maker;
    }

    /// Returns a context to be given back.
    ///
    /// @throws IllegalStateException the pool has been closed
    C take() {
        if (closed) {
            throw new IllegalStateException("the compressor has been closed");
        }
        C context = idle.poll();
        return context == null ? maker.get() : context;
    }

    /// Takes a context back.
    void giveBack(C context) {
        idle.add(context);
        if (closed) {
            closeIdle();
        }
    }

    /// Closes all contexts, those in use when they are given back.
    void close() {
        closed = true;
        closeIdle();
    }

    private void closeIdle() {
        for (C context = idle.poll(); context != null; context = idle.poll()) {
            try {
                context.close();
            } catch (Exception e) {
                throw new IllegalStateException("a context cannot be closed", e);
            }
        }
    }
}
