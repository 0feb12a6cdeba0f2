package io.kvs.async;

import io.kvs.Cursor;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A scan that one subscriber receives, as fast as it asks for entries.
///
/// One thread at a time goes on with it: whoever asks for something while there is none has it
/// started, and whoever asks meanwhile is heard before it ends. The cursor is one entry ahead, so
/// that the end is told without being asked for.
///
/// @param <T> what is told of each entry
final class Scanning<T> implements Subscription {
    /// After so many entries others have the thread.
    private static final int TURN = 1_024;

    private final Subscriber<? super T> subscriber;
    private final Supplier<Cursor> source;
    private final Function<Cursor, T> reading;
    private final Executor executor;
    private final Consumer<? super Scanning<T>> onEnd;
    private final AtomicLong demand = new AtomicLong();

    /// What nobody has looked at yet; the opening counts as the first.
    private final AtomicInteger wishes = new AtomicInteger(1);

    private volatile boolean cancelled;
    private volatile @Nullable Throwable stop;

    /// Set when the subscriber hears no more, and the cursor is closed.
    private volatile boolean ended;

    // Guarded by the turn.
    private @Nullable Cursor cursor;
    private boolean ahead;

    /// Makes one that has not begun.
    ///
    /// @param source opens the cursor
    /// @param onEnd called when it has ended, however
    Scanning(
            Subscriber<? super T> subscriber,
            Supplier<Cursor> source,
            Function<Cursor, T> reading,
            Executor executor,
            Consumer<? super Scanning<T>> onEnd) {
        this.subscriber = subscriber;
        this.source = source;
        this.reading = reading;
        this.executor = executor;
        this.onEnd = onEnd;
    }

    /// Opens the cursor; the rest happens elsewhere.
    void open() {
        try {
            cursor = source.get();
        } catch (Throwable problem) {
            stop = problem;
        }
        executor.execute(this::begin);
    }

    @Override
    public void request(long count) {
        if (count <= 0) {
            stop(new IllegalArgumentException("a request for " + count + " entries"));
        } else {
            demand.accumulateAndGet(count, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
            wish();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        wish();
    }

    /// Ends it with an error.
    void stop(Throwable problem) {
        if (stop == null) {
            stop = problem;
        }
        wish();
    }

    private void wish() {
        if (!ended && wishes.getAndIncrement() == 0) {
            executor.execute(this::goOn);
        }
    }

    private void begin() {
        try {
            subscriber.onSubscribe(this);
        } catch (Throwable _) {
            cancelled = true; // A subscriber that throws has cancelled.
        }
        goOn();
    }

    /// Goes on until every wish has been looked at, or its turn is over.
    private void goOn() {
        int seen = wishes.get();
        while (seen != 0) {
            if (!ended && !tellSome()) {
                executor.execute(this::goOn);
                return;
            }
            seen = wishes.addAndGet(-seen);
        }
    }

    /// Tells entries until there is nothing to do for now; returns false if its turn is over
    /// before.
    private boolean tellSome() {
        for (int i = 0; i < TURN; i++) {
            Throwable problem = stop;
            if (cancelled) {
                end();
                return true;
            } else if (problem != null) {
                fail(problem);
                return true;
            } else if (!tellNext()) {
                return true;
            }
        }
        return false;
    }

    /// Tells the next entry; returns false if nobody has asked for it, or there is none.
    private boolean tellNext() {
        if (!goAhead()) {
            return false;
        }
        if (!ahead) {
            end();
            subscriber.onComplete();
            return false;
        }
        T entry = demand.get() == 0 ? null : read();
        if (entry == null) {
            return false;
        }
        ahead = false;
        demand.updateAndGet(left -> left == Long.MAX_VALUE ? left : left - 1);
        tell(entry);
        return true;
    }

    /// Goes to the next entry, if there is one; returns false if that failed.
    private boolean goAhead() {
        try {
            ahead = ahead || Objects.requireNonNull(cursor).next();
            return true;
        } catch (Throwable problem) {
            fail(problem);
            return false;
        }
    }

    private @Nullable T read() {
        try {
            return reading.apply(Objects.requireNonNull(cursor));
        } catch (Throwable problem) {
            fail(problem);
            return null;
        }
    }

    private void tell(T told) {
        try {
            subscriber.onNext(told);
        } catch (Throwable _) {
            cancelled = true; // A subscriber that throws has cancelled.
        }
    }

    private void fail(Throwable problem) {
        end();
        subscriber.onError(problem);
    }

    private void end() {
        ended = true;
        try {
            if (cursor != null) {
                cursor.close();
            }
        } finally {
            onEnd.accept(this);
        }
    }
}
