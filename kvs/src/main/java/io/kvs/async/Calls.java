package io.kvs.async;

import io.kvs.DeferringKvsEngine;
import io.kvs.DeferringKvsEngine.Outcome;
import io.kvs.KvsEngine;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Decides where an operation runs: in the thread that begins it, if it does not have to wait
/// there, else in the lane of that thread.
///
/// @param <E> the engine
final class Calls<E extends KvsEngine> {
    private final E engine;
    private final @Nullable DeferringKvsEngine deferring;
    private final InFlight inFlight;
    private final Lanes lanes;

    Calls(E engine, InFlight inFlight, Lanes lanes) {
        this.engine = engine;
        this.deferring = engine instanceof DeferringKvsEngine able ? able : null;
        this.inFlight = inFlight;
        this.lanes = lanes;
    }

    /// Begins an operation of the engine itself.
    ///
    /// @param bytes how long its keys and values are
    <T extends @Nullable Object> CompletableFuture<T> begin(
            long bytes, Function<? super E, ? extends T> operation) {
        RuntimeException refusal = inFlight.enter(bytes);
        if (refusal != null) {
            return CompletableFuture.failedFuture(refusal);
        }
        Promise<T> promise = new Promise<>(inFlight, bytes);
        Supplier<T> call = () -> operation.apply(engine);
        if (deferring == null) {
            lanes.add(() -> run(call, promise));
        } else if (!lanes.isClear() || !deferring.defer(call, false, promise)) {
            lanes.add(() -> deferring.defer(call, true, promise));
        }
        return promise;
    }

    /// Does the same with one that returns nothing.
    CompletableFuture<@Nullable Void> act(long bytes, Consumer<? super E> operation) {
        return begin(bytes, returningNull(operation));
    }

    /// Begins what waits for more than stable storage, or calls code that is not the engine's.
    <T extends @Nullable Object> CompletableFuture<T> beginWaiting(
            long bytes, Function<? super E, ? extends T> operation) {
        RuntimeException refusal = inFlight.enter(bytes);
        if (refusal != null) {
            return CompletableFuture.failedFuture(refusal);
        }
        Promise<T> promise = new Promise<>(inFlight, bytes);
        lanes.add(() -> run(() -> operation.apply(engine), promise));
        return promise;
    }

    /// Does the same with what returns nothing.
    CompletableFuture<@Nullable Void> actWaiting(Consumer<? super E> operation) {
        return beginWaiting(0, returningNull(operation));
    }

    private static <E> Function<E, @Nullable Void> returningNull(Consumer<? super E> operation) {
        return engine -> {
            operation.accept(engine);
            return null;
        };
    }

    /// Returns what reads the engine when it is asked to.
    <T> Supplier<T> reading(Function<? super E, ? extends T> operation) {
        return () -> operation.apply(engine);
    }

    private static <T extends @Nullable Object> void run(
            Supplier<? extends T> operation, Outcome<? super T> outcome) {
        T value;
        try {
            value = operation.get();
        } catch (Throwable problem) {
            outcome.failed(problem);
            return;
        }
        outcome.returned(value);
    }
}
