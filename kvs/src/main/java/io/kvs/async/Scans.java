package io.kvs.async;

import io.kvs.Cursor;
import io.kvs.Entry;
import io.kvs.StoreClosedException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow.Publisher;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.function.Function;
import java.util.function.Supplier;

/// The scans in flight.
final class Scans {
    private static final Subscription NOTHING =
            new Subscription() {
                @Override
                public void request(long count) {}

                @Override
                public void cancel() {}
            };

    private final InFlight inFlight;
    private final Lanes lanes;
    private final Executor executor;
    private volatile boolean closed;
    private final Set<Scanning<?>> running = ConcurrentHashMap.newKeySet();

    Scans(InFlight inFlight, Lanes lanes, Executor executor) {
        this.inFlight = inFlight;
        this.lanes = lanes;
        this.executor = executor;
    }

    /// Returns what a cursor goes over, as it is when somebody subscribes.
    <T> Publisher<T> publisher(Supplier<Cursor> source, Function<Cursor, T> reading) {
        return subscriber -> begin(Objects.requireNonNull(subscriber), source, reading);
    }

    static Entry entry(Cursor cursor) {
        return new Entry(cursor.key(), cursor.value());
    }

    private <T> void begin(
            Subscriber<? super T> subscriber,
            Supplier<Cursor> source,
            Function<Cursor, T> reading) {
        RuntimeException refusal = inFlight.enter(0);
        if (refusal != null) {
            subscriber.onSubscribe(NOTHING);
            subscriber.onError(refusal);
            return;
        }
        Scanning<T> scanning = new Scanning<>(subscriber, source, reading, executor, this::onEnd);
        running.add(scanning);
        if (closed) {
            scanning.stop(new StoreClosedException());
        }
        lanes.add(scanning::open);
    }

    private void onEnd(Scanning<?> ended) {
        running.remove(ended);
        inFlight.leave(0);
        inFlight.finish();
    }

    /// Ends all of them with an error.
    void close() {
        closed = true;
        running.forEach(scanning -> scanning.stop(new StoreClosedException()));
    }
}
