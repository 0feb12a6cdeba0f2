package io.kvs;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An engine that can do an operation without keeping its thread until the outcome is durable: what
/// an asynchronous view of it stands on.
public interface DeferringKvsEngine extends KvsEngine {

    /// Runs `operation`, which reads or writes this engine, in this thread, and tells its outcome
    /// as soon as everything that it has written or learned is as durable as was asked for.
    ///
    /// An outcome with nothing to wait for is told in this thread before the call returns. The
    /// others are told by one thread of the engine, in the order of the log; it does nothing else
    /// meanwhile, so an outcome must neither take long nor wait for another one. Every outcome is
    /// told, at the latest when the engine is closed. `operation` must not pass on what it has
    /// learned. How many outcomes are due is for the caller to bound.
    ///
    /// @param mayWait whether this thread may wait for anything else: for space to be made, or for
    ///   background work that writers have outrun. What remains without that is the time to copy
    ///   the entry, to read it from the device, and for another writer to do the same
    /// @return false if the operation would have to wait; then it has done nothing
    <T extends @Nullable Object> boolean defer(
            Supplier<T> operation, boolean mayWait, Outcome<? super T> outcome);

    /// Who is told what became of an operation, once. Neither method throws anything.
    ///
    /// @param <T> what the operation returns
    interface Outcome<T extends @Nullable Object> {
        /// The operation has returned `value`.
        void returned(T value);

        /// The operation, or the sync that it needs, has failed.
        void failed(Throwable problem);
    }
}
