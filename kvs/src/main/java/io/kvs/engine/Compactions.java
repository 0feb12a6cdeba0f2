package io.kvs.engine;

import io.kvs.CompactionFailedException;
import io.kvs.CorruptionException;
import io.kvs.KvsException;
import io.kvs.KvsOptions;
import io.kvs.StoreClosedException;
import io.kvs.StoreFailedException;
import io.kvs.StoreIoException;
import io.kvs.commit.Failure;
import io.kvs.commit.Log;
import io.kvs.compaction.CompactionPolicy;
import io.kvs.compaction.Pressure;
import io.kvs.io.Background;
import io.kvs.io.Pace;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentWriter;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// When compaction happens: by itself when the {@link CompactionPolicy} says so, when asked for,
/// and when a writer finds the disk full. While nothing is written, more of the space goes back.
final class Compactions {
    private static final long TIDY_MAX_BYTES = 8 << 20;

    /// How long a write waits for a compaction at most while there is room. A few such waits a
    /// second are enough to slow writes down, and few enough for one write in a thousand not to
    /// notice.
    private static final long WRITE_PAUSE_MILLIS = 10;

    /// At rest compaction leaves most of the device and the processor to readers.
    private static final long RESTING_BYTES_PER_SECOND = 64 << 20;

    private final Loading loading;
    private final Log log;
    private final WriteLoad load;
    private final Housekeeper housekeeper;
    private final Candidates candidates;
    private final CompactionPolicy policy;
    private final Rounds rounds;
    private final FullCompaction full;
    private final WriteRoom room;
    private final Failure failure;
    private final Pace pace;
    private final Pace restingPace;
    private final boolean automatic;
    private final InstantSource clock;

    /// Fair: a writer that waits for a compaction goes on after it, not after the last of many.
    private final ReentrantLock lock = new ReentrantLock(true);

    private volatile Pressure pressure = Pressure.NONE;

    /// Where the log ended when the store was opened.
    private final long openedAt;

    /// What compaction at rest has moved, in bytes. Guarded by `lock`.
    private long restingBytes;

    private volatile boolean stopped;

    /// Makes them.
    ///
    /// @param nanos the clock that tells how fast compaction is
    /// @param clock tells what has expired
    Compactions(
            KvsOptions options,
            CompactionPolicy policy,
            Loading loading,
            Log log,
            WriteLoad load,
            Housekeeper housekeeper,
            Candidates candidates,
            Rounds rounds,
            FullCompaction full,
            WriteRoom room,
            Failure failure,
            Background background,
            LongSupplier nanos,
            InstantSource clock) {
        this.loading = loading;
        this.log = log;
        this.load = load;
        this.housekeeper = housekeeper;
        this.candidates = candidates;
        this.policy = policy;
        this.rounds = rounds;
        this.full = full;
        this.room = room;
        this.failure = failure;
        this.automatic = options.automaticCompaction();
        this.clock = clock;
        this.openedAt = log.lastSequence();
        long rate = options.compactionBytesPerSecondMax();
        BooleanSupplier hurried = () -> stopped || lock.hasQueuedThreads();
        this.pace = new Pace(rate, nanos, background::pause, hurried);
        long restingRate =
                rate == 0 ? RESTING_BYTES_PER_SECOND : Math.min(rate, RESTING_BYTES_PER_SECOND);
        this.restingPace = new Pace(restingRate, nanos, background::pause, hurried);
    }

    /// Returns whether the policy wants a compaction.
    boolean isDue() {
        return !loading.isDone() || isHoldingBlobs() || !wanted(clock.millis()).isEmpty();
    }

    /// Returns whether many bytes of stale blobs hang on the active segment, which may never fill
    /// up: it has to be ended for them to go.
    private boolean isHoldingBlobs() {
        SegmentWriter active = log.active();
        return automatic
                && active != null
                && active.segment().usage().deadBlobBytes() > policy.thresholdBytes();
    }

    /// Returns when the keydir has been filled and everything counted.
    ///
    /// @throws CorruptionException damage keeps it from being done
    void load() {
        if (loading.isDone()) {
            return;
        }
        lock.lock();
        try {
            if (!loadFirst()) {
                throw new StoreClosedException();
            }
        } catch (IOException e) {
            throw new StoreIoException("cannot read the runs: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    /// Does that first, if it has not been done; returns false if the store is being closed.
    private boolean loadFirst() throws IOException {
        return loading.run(() -> stopped);
    }

    /// Looks at how much is stale; called when another segment has become active.
    void observe() {
        if (automatic) {
            long nowMillis = clock.millis();
            pressure =
                    policy.pressure(
                            candidates.staleBytes(nowMillis), candidates.liveBytes(nowMillis));
        }
    }

    /// Returns whether what has ended should be sealed for the next compaction.
    boolean isNear() {
        return pressure != Pressure.NONE;
    }

    /// Returns whether the next writer has to wait for a compaction.
    boolean isUrgent() {
        Pressure now = pressure;
        return now == Pressure.URGENT || now == Pressure.EXCEEDED;
    }

    /// Lets a writer wait for a compaction that is urgent, so that the bound on space is kept: as
    /// long as there is room, not until its end, but so long that writes are slower than the
    /// compaction. None has to last longer than that.
    void awaitUrgent() {
        if (pressure == Pressure.EXCEEDED) {
            helpIfExceeded();
        } else {
            try {
                if (lock.tryLock(WRITE_PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                    try {
                        observe();
                    } finally {
                        lock.unlock();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // It is for whoever writes, and waits less.
            }
        }
    }

    private void helpIfExceeded() {
        lock.lock();
        try {
            observe();
            if (pressure == Pressure.EXCEEDED) {
                compactWanted(true);
                relax();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Lets writers go on although there may still be as much: a compaction that can do nothing
    /// about it must not hold them up.
    private void relax() {
        if (pressure == Pressure.EXCEEDED) {
            pressure = Pressure.URGENT;
        }
    }

    /// Compacts as long as the policy wants it.
    void step() {
        boolean more = true;
        while (more) {
            lock.lock();
            try {
                more = compactWanted(false) || automatic && load.isResting() && compactAtRest();
            } finally {
                lock.unlock();
            }
        }
    }

    /// While nothing is written, gives back what is stale, and then what was set aside for writes;
    /// returns whether there may be more.
    private boolean compactAtRest() {
        try {
            long nowMillis = clock.millis();
            List<Segment> victims = wantedAtRest(nowMillis);
            if (stopped || failure.isSet() || room.isScarce()) {
                return false;
            }
            if (victims.isEmpty()) {
                room.rest();
                return false;
            }
            long before = rounds.copiedBytes();
            rounds.run(victims, restingPace, nowMillis);
            restingBytes += rounds.copiedBytes() - before;
            return true;
        } catch (IOException
                | CorruptionException
                | StoreFailedException
                | StoreClosedException e) {
            return false; // As in compactWanted.
        }
    }

    /// Returns what to compact while nothing is written: altogether that moves no more bytes than
    /// had been written since the store was opened.
    private List<Segment> wantedAtRest(long nowMillis) {
        long writtenBytes = log.lastSequence() - openedAt << 3;
        return rounds.segments(
                policy.chooseAtRest(
                        candidates.of(nowMillis, false),
                        candidates.lastingBytes(nowMillis),
                        writtenBytes - restingBytes));
    }

    /// Does one compaction if the policy wants one; returns whether it may want more.
    ///
    /// @param awaited whether a writer waits for it
    private boolean compactWanted(boolean awaited) {
        try {
            if (!loadFirst()) {
                return false;
            }
            if (isHoldingBlobs()) {
                room.startNext();
            }
            long nowMillis = clock.millis();
            List<Segment> victims = wanted(nowMillis);
            if (victims.isEmpty()) {
                housekeeper.sealEnded();
                victims = wanted(nowMillis);
            }
            if (victims.isEmpty() || stopped || failure.isSet()) {
                return false;
            }
            rounds.run(victims, awaited ? Pace.UNLIMITED : pace, nowMillis);
            observe();
            return true;
        } catch (IOException
                | CorruptionException
                | StoreFailedException
                | StoreClosedException e) {
            // Nothing was lost. A damaged segment is left alone from now on; a full disk is met
            // again at the next step, and by the writers.
            return false;
        }
    }

    /// Compacts all there is; see {@link FullCompaction#run}.
    ///
    /// @throws CompactionFailedException it could not be done
    void all() {
        lock.lock();
        try {
            if (!loadFirst()) {
                throw new StoreClosedException();
            }
            full.run(clock.millis(), () -> stopped);
        } catch (IOException e) {
            throw new CompactionFailedException("compaction failed: " + e.getMessage(), e);
        } catch (InternalError e) {
            throw new CompactionFailedException(
                    "compaction failed: the device cannot read a page of the store", e);
        } finally {
            lock.unlock();
        }
    }

    /// Gives back what was set aside for writes, as far as it is far more than suits the live
    /// bytes.
    void shrink() {
        if (!lock.tryLock()) {
            return; // A compaction may be using the reserve.
        }
        try {
            room.shrink(candidates.liveBytes(clock.millis()));
        } catch (IOException | KvsException e) {
            // It is tried again at the next step.
        } finally {
            lock.unlock();
        }
    }

    /// Frees space for a writer that found the disk full; returns whether there is more now.
    boolean makeRoom() {
        lock.lock();
        try {
            if (!loadFirst()) {
                return false;
            }
            housekeeper.sealEnded();
            room.dropSpare();
            room.restoreReserve();
            return rounds.makeRoom(clock.millis());
        } catch (IOException | KvsException e) {
            return false; // The writer reports what it met itself.
        } finally {
            lock.unlock();
        }
    }

    /// Does the compaction that is due when the store is closed, if it is a matter of milliseconds:
    /// a small store that writes outran does not stay several times as large as what it holds.
    void tidy() throws IOException {
        rounds.resume();
        long nowMillis = clock.millis();
        List<Segment> victims = wanted(nowMillis);
        if (!victims.isEmpty() && Figures.sealedBytes(victims) <= TIDY_MAX_BYTES) {
            rounds.run(victims, Pace.UNLIMITED, nowMillis);
        }
    }

    /// Runs `action` while no compaction moves records.
    void exclude(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    /// Makes a compaction that is under way the last one, and has it given up unless it has copied
    /// everything.
    void stop() {
        stopped = true;
        rounds.giveUp();
    }

    /// Returns what the policy wants to be compacted now: nothing if that is not to happen by
    /// itself.
    private List<Segment> wanted(long nowMillis) {
        if (!automatic || !loading.isDone()) {
            return List.of();
        }
        return rounds.segments(
                policy.choose(candidates.of(nowMillis, false), candidates.lastingBytes(nowMillis)));
    }
}
