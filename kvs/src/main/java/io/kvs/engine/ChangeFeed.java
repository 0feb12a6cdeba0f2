package io.kvs.engine;

import io.kvs.ChangeEvent;
import io.kvs.ChangesGoneException;
import io.kvs.CorruptionException;
import io.kvs.KvsException;
import io.kvs.StoreClosedException;
import io.kvs.Version;
import io.kvs.blob.Blobs;
import io.kvs.io.Background;
import io.kvs.io.Background.Worker;
import io.kvs.segment.Place;
import io.kvs.segment.Segment;
import io.kvs.view.ReadSections;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Tells one subscriber of the changes in the log, as fast as it asks for them.
///
/// It reads the log itself, on a worker of its own, and keeps nothing: a subscriber that is slower
/// than compaction gets an error. All signals come from the worker.
final class ChangeFeed implements Subscription {
    /// How long a change may wait until it is noticed.
    private static final Duration PERIOD = Duration.ofMillis(10);

    private final Subscriber<? super ChangeEvent> subscriber;
    private final LogWalk walk;
    private final Blobs blobs;
    private final LongSupplier end;
    private final InstantSource clock;
    private final ReadSections sections;
    private final Consumer<ChangeFeed> onEnd;
    private final AtomicLong demand = new AtomicLong();
    private @Nullable Worker worker;

    /// Before this sequence number everything is complete and may be seen.
    private long limit;

    private long last;
    private boolean subscribed;

    /// Set when nobody is to hear any more.
    private volatile boolean ended;

    private volatile boolean closing;
    private volatile @Nullable IllegalArgumentException refused;

    /// Makes a feed.
    ///
    /// @param after the number of the last change that is known
    /// @param end tells the sequence number before which everything is complete and may be seen
    /// @param clock tells what has expired
    /// @param sections those in which the log is read
    /// @param onEnd called when the feed has ended by itself
    ChangeFeed(
            Subscriber<? super ChangeEvent> subscriber,
            long after,
            LogWalk walk,
            Blobs blobs,
            LongSupplier end,
            InstantSource clock,
            ReadSections sections,
            Consumer<ChangeFeed> onEnd) {
        this.subscriber = subscriber;
        this.last = after;
        this.walk = walk;
        this.blobs = blobs;
        this.end = end;
        this.clock = clock;
        this.sections = sections;
        this.onEnd = onEnd;
    }

    /// Begins to tell.
    synchronized void start(Background background) {
        worker = background.start("changes", PERIOD, this::step);
        wake();
    }

    @Override
    public void request(long count) {
        if (count <= 0) {
            refused = new IllegalArgumentException("a request for " + count + " changes");
        } else {
            demand.accumulateAndGet(count, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
        }
        wake();
    }

    @Override
    public void cancel() {
        ended = true;
        wake();
    }

    /// Ends the feed because the store is being closed; returns when the subscriber knows.
    void close() {
        closing = true;
        stop();
        if (!ended) {
            end(new StoreClosedException());
        }
    }

    private synchronized void wake() {
        if (worker != null) {
            worker.wake();
        }
    }

    private void stop() {
        Worker stopped;
        synchronized (this) {
            stopped = worker;
            worker = null;
        }
        if (stopped != null) {
            stopped.close();
        }
    }

    private void step() {
        if (!subscribed) {
            subscribed = true;
            subscriber.onSubscribe(this);
        }
        try {
            IllegalArgumentException bad = refused;
            if (bad != null && !ended) {
                end(bad);
            }
            while (!ended && !closing && demand.get() > 0 && tellNext()) {}
        } catch (KvsException e) {
            end(e);
        } catch (IllegalStateException | InternalError e) {
            end(new ChangesGoneException(last)); // The segment was retired under the walk.
        }
        if (ended) {
            onEnd.accept(this);
            stop();
        }
    }

    private boolean tellNext() {
        ChangeEvent change = readNext();
        if (change == null) {
            return false;
        }
        demand.updateAndGet(left -> left == Long.MAX_VALUE ? left : left - 1);
        last = change.sequence();
        subscriber.onNext(change);
        return true;
    }

    /// Reads the next change, or returns null if there is none yet.
    private @Nullable ChangeEvent readNext() {
        ReadSections.Reader section = sections.enter();
        try {
            if (!walk.next(limit)) {
                limit = end.getAsLong();
                if (!walk.next(limit)) {
                    if (walk.isBroken()) {
                        throw new ChangesGoneException(last);
                    }
                    return null;
                }
            }
            return read(walk.segment(), walk.offset(), walk.sequence());
        } finally {
            section.leave();
        }
    }

    /// Reads the record.
    ///
    /// @throws CorruptionException it is damaged
    private ChangeEvent read(Segment segment, long offset, long sequence) {
        byte[] key = segment.key(offset, segment.header(offset));
        Place place = new Place(segment, offset);
        Version version = KeyHistory.read(blobs, place, key, clock.millis());
        return new ChangeEvent(sequence, key, version.value(), version.expiry());
    }

    private void end(Throwable problem) {
        if (!ended) {
            ended = true;
            subscriber.onError(problem);
        }
    }
}
