package io.kvs.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Collects what a publisher gives, so many at a time, and checks that its signals are in order.
///
/// @param <T> what it gives
public final class Collector<T> implements Subscriber<T> {
    private final long step;
    private final List<T> collected = new ArrayList<>();
    private final CompletableFuture<List<T>> all = new CompletableFuture<>();
    private final AtomicBoolean signalling = new AtomicBoolean();
    private @Nullable Subscription subscription;
    private long due;

    /// Makes one.
    ///
    /// @param step how many it requests when it has received those before; 0 for none ever
    public Collector(long step) {
        this.step = step;
    }

    /// Completes with all of them when the publisher has, or fails.
    public CompletableFuture<List<T>> entries() {
        return all;
    }

    @Override
    public void onSubscribe(Subscription begun) {
        signal(() -> {
            subscription = begun;
            requestStep(begun);
        });
    }

    @Override
    public void onNext(T entry) {
        signal(() -> {
            if (due == 0 || subscription == null) {
                throw new AssertionError("nobody asked for it");
            }
            collected.add(entry);
            due--;
            if (due == 0) {
                requestStep(subscription);
            }
        });
    }

    @Override
    public void onError(Throwable problem) {
        signal(() -> end(all.completeExceptionally(problem)));
    }

    @Override
    public void onComplete() {
        signal(() -> end(all.complete(List.copyOf(collected))));
    }

    private void requestStep(Subscription begun) {
        if (step > 0) {
            due = step;
            begun.request(step);
        }
    }

    private static void end(boolean first) {
        if (!first) {
            throw new AssertionError("it had ended before");
        }
    }

    /// Takes a signal; what is wrong about it becomes the outcome.
    private void signal(Runnable signal) {
        try {
            if (!signalling.compareAndSet(false, true)) {
                throw new AssertionError("two signals at once");
            }
            signal.run();
            signalling.set(false);
        } catch (AssertionError e) {
            all.completeExceptionally(e);
            throw e;
        }
    }
}
