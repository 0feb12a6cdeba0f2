package io.kvs.engine;

import io.kvs.CompactionFailedException;
import io.kvs.CorruptionException;
import io.kvs.KvsException;
import io.kvs.KvsOptions;
import io.kvs.StoreClosedException;
import io.kvs.StoreFailedException;
import io.kvs.StoreIoException;
import io.kvs.blob.Blobs;
import io.kvs.commit.Failure;
import io.kvs.commit.Log;
import io.kvs.compaction.CompactionPolicy;
import io.kvs.compaction.CompactionPolicy.Candidate;
import io.kvs.compaction.Compactor;
import io.kvs.index.Index;
import io.kvs.io.Background;
import io.kvs.io.Pace;
import io.kvs.recovery.Damage;
import io.kvs.run.DamagedRunException;
import io.kvs.run.Run;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.SegmentWriter;
import io.kvs.view.View;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// When compaction happens: by itself when the {@link CompactionPolicy} says so, when asked for,
/// and when a writer finds the disk full. While nothing is written, more of the space goes back.
final class Compactions {
    private static final long TIDY_MAX_BYTES = 8 << 20;

    /// A compaction that was asked for goes over so many times the bytes there were at most: who
    /// overwrites them meanwhile could make some of them stale again and again.
    private static final int PASSES_MAX = 4;

    /// How long a write waits for a compaction at most while there is room. A few such waits a
    /// second are enough to slow writes down, and few enough for one write in a thousand not to
    /// notice.
    private static final long WRITE_PAUSE_MILLIS = 10;

    /// At rest compaction leaves most of the device and the processor to readers.
    private static final long RESTING_BYTES_PER_SECOND = 64 << 20;

    private final SegmentTable segments;
    private final Index index;
    private final View opened;
    private final Set<Long> presentBlobs;
    private final Blobs blobs;
    private final Damage damage;
    private final Log log;
    private final Housekeeper housekeeper;
    private final Listing listing;
    private final Compactor compactor;
    private final Candidates candidates;
    private final Failure failure;
    private final CompactionPolicy policy;
    private final Pace pace;
    private final Pace restingPace;
    private final WriteLoad load;
    private final WriteRoom room;
    private final boolean automatic;
    private final InstantSource clock;

    /// Fair: a writer that waits for a compaction goes on after it, not after the last of many.
    private final ReentrantLock lock = new ReentrantLock(true);

    /// Set while so much is stale that a compaction will soon be urgent.
    private volatile boolean near;

    /// Set while so much is stale that writers wait for a compaction a little.
    private volatile boolean urgent;

    /// Set while so much is stale that no writer goes on before a compaction.
    private volatile boolean exceeded;

    /// Whether it is known what is stale.
    private volatile boolean loaded;

    /// Where the log ended when the store was opened.
    private final long openedAt;

    /// What compaction at rest has moved, in bytes. Guarded by `lock`.
    private long restingBytes;

    private volatile boolean stopped;

    /// Whether a compaction under way is of no use any more, because the store is being closed.
    private volatile boolean givenUp;

    /// Compacts segments.
    private interface Compacting {
        void compact(List<Segment> victims) throws IOException;
    }

    /// Makes them.
    ///
    /// @param opened the store as it was opened
    /// @param presentBlobs the ids of all blobs there were then
    /// @param damage what was found damaged then
    /// @param nanos the clock that tells how fast compaction is
    /// @param clock tells what has expired
    Compactions(
            KvsOptions options,
            SegmentTable segments,
            Index index,
            View opened,
            Set<Long> presentBlobs,
            Blobs blobs,
            Damage damage,
            Log log,
            WriteLoad load,
            Housekeeper housekeeper,
            Listing listing,
            Compactor compactor,
            Candidates candidates,
            Failure failure,
            WriteRoom room,
            Background background,
            LongSupplier nanos,
            InstantSource clock) {
        this.clock = clock;
        this.segments = segments;
        this.index = index;
        this.opened = opened;
        this.presentBlobs = presentBlobs;
        this.blobs = blobs;
        this.damage = damage;
        this.log = log;
        this.load = load;
        this.openedAt = log.lastSequence();
        this.housekeeper = housekeeper;
        this.listing = listing;
        this.compactor = compactor;
        this.candidates = candidates;
        this.failure = failure;
        this.automatic = options.automaticCompaction();
        this.room = room;
        long rate = options.compactionBytesPerSecondMax();
        BooleanSupplier hurried = () -> stopped || lock.hasQueuedThreads();
        this.pace = new Pace(rate, nanos, background::pause, hurried);
        long restingRate =
                rate == 0 ? RESTING_BYTES_PER_SECOND : Math.min(rate, RESTING_BYTES_PER_SECOND);
        this.restingPace = new Pace(restingRate, nanos, background::pause, hurried);
        this.policy =
                new CompactionPolicy(
                        options.compactionThresholdBytes(),
                        options.spaceRatioMax(),
                        options.segmentLimitBytes());
    }

    /// Returns the bytes of records copied so far.
    long writtenBytes() {
        return compactor.writtenBytes();
    }

    /// Returns whether the policy wants a compaction.
    boolean isDue() {
        return !loaded || isHoldingBlobs() || !wanted(clock.millis()).isEmpty();
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
        if (loaded) {
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

    /// Fills the keydir, if that has not been done; returns false if the store is being closed.
    /// What cannot be read in a run is read in the log, and the run made anew.
    private boolean loadFirst() throws IOException {
        while (!loaded) {
            try {
                BlobCensus census = new BlobCensus(presentBlobs);
                Loader loader =
                        new Loader(opened, index, segments, () -> stopped, clock.millis(), census);
                if (stopped || !loader.run()) {
                    return false;
                }
                loaded = true;
                if (damage.found().isEmpty()) {
                    census.unreferenced().forEach(blobs::delete);
                }
            } catch (CorruptionException e) {
                Run damaged = opened.dropRun(e.file());
                if (damaged == null) {
                    throw e;
                }
                listing.repair(damaged);
            }
        }
        return true;
    }

    /// Looks at how much is stale; called when another segment has become active.
    void observe() {
        if (automatic) {
            long nowMillis = clock.millis();
            long staleBytes = candidates.staleBytes(nowMillis);
            long liveBytes = candidates.liveBytes(nowMillis);
            near = policy.isNear(staleBytes, liveBytes);
            urgent = policy.isUrgent(staleBytes, liveBytes);
            exceeded = policy.isExceeded(staleBytes, liveBytes);
        }
    }

    /// Returns whether what has ended should be sealed for the next compaction.
    boolean isNear() {
        return near;
    }

    /// Returns whether the next writer has to wait for a compaction.
    boolean isUrgent() {
        return urgent;
    }

    /// Lets a writer wait for a compaction that is urgent, so that the bound on space is kept: as
    /// long as there is room, not until its end, but so long that writes are slower than the
    /// compaction. None has to last longer than that.
    void awaitUrgent() {
        if (exceeded) {
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
            if (exceeded) {
                compactWanted(true);
                exceeded = false;
            }
        } finally {
            lock.unlock();
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
            long before = compactor.writtenBytes();
            compact(victims, false, restingPace, nowMillis);
            restingBytes += compactor.writtenBytes() - before;
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
        return chosen(
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
            compact(victims, awaited, pace, nowMillis);
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

    /// Compacts until nothing is left of what was stale, everything sealed is in key order, and the
    /// runs are few, as far as there is room for that. Segments that are begun meanwhile are left
    /// alone.
    ///
    /// @throws CompactionFailedException it could not be done
    void all() {
        lock.lock();
        try {
            if (!loadFirst()) {
                throw new StoreClosedException();
            }
            // With one time for all, what was compacted holds nothing expired any more.
            long nowMillis = clock.millis();
            room.settle(nowMillis);
            long last = log.activeBase();
            long movedMax =
                    compactor.movedMax(candidates.liveBytes(nowMillis), index.keydir().keyCount());
            List<CorruptionException> damages = new ArrayList<>();
            repeat(
                    () ->
                            chosen(
                                    policy.chooseAll(
                                            candidates.until(last, nowMillis, true), movedMax)),
                    victims -> {
                        try {
                            compact(victims, true, pace, nowMillis);
                        } catch (CorruptionException e) {
                            damages.add(e); // Its segment is left alone; the others go on.
                        }
                    });
            room.dropSpare();
            sort(last, movedMax, nowMillis);
            room.restoreReserve();
            listing.mergeMany();
            if (!damages.isEmpty()) {
                CorruptionException damage = damages.getLast();
                throw new CompactionFailedException(
                        "a damaged segment was left as it is: " + damage.getMessage(), damage);
            }
        } catch (IOException e) {
            throw new CompactionFailedException("compaction failed: " + e.getMessage(), e);
        } catch (InternalError e) {
            throw new CompactionFailedException(
                    "compaction failed: the device cannot read a page of the store", e);
        } finally {
            lock.unlock();
        }
    }

    /// Writes the segments of the log that hold nothing stale again, in key order: a scan reads
    /// them as they lie then. Where that meets damage, or a full disk, they stay as they are.
    private void sort(long last, long movedMax, long nowMillis) {
        try {
            repeat(
                    () -> unsorted(last, movedMax, nowMillis),
                    victims -> {
                        compactor.run(victims, true, Pace.UNLIMITED, nowMillis, () -> givenUp);
                        listing.dropDead();
                    });
        } catch (IOException | CorruptionException | DamagedRunException e) {
            failure.check(); // Nothing else has changed.
        }
    }

    private List<Segment> unsorted(long last, long movedMax, long nowMillis) {
        List<Candidate> unsorted = candidates.until(last, nowMillis, false);
        for (Segment segment : segments.all()) {
            if (segment.sorted()) {
                unsorted.removeIf(candidate -> candidate.id() == segment.id());
            }
        }
        return chosen(policy.chooseUnsorted(unsorted, movedMax));
    }

    /// Has victims compacted until none are chosen any more.
    private void repeat(Supplier<List<Segment>> victims, Compacting compacting) throws IOException {
        long left = PASSES_MAX * bytes(segments.all());
        List<Segment> next = victims.get();
        while (!next.isEmpty() && !stopped && left > 0) {
            left -= bytes(next);
            compacting.compact(next);
            next = victims.get();
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
            return compactLeastMoved(clock.millis());
        } catch (IOException | KvsException e) {
            return false; // The writer reports what it met itself.
        } finally {
            lock.unlock();
        }
    }

    /// Does the compaction that is due when the store is closed, if it is a matter of milliseconds:
    /// a small store that writes outran does not stay several times as large as what it holds.
    void tidy() throws IOException {
        givenUp = false;
        long nowMillis = clock.millis();
        List<Segment> victims = wanted(nowMillis);
        if (!victims.isEmpty() && bytes(victims) <= TIDY_MAX_BYTES) {
            compact(victims, true, pace, nowMillis);
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
        givenUp = true;
    }

    private void compact(List<Segment> victims, boolean awaited, Pace pace, long nowMillis)
            throws IOException {
        try {
            Pace given = awaited ? Pace.UNLIMITED : pace;
            compactor.run(victims, !given.isLimited(), given, nowMillis, () -> givenUp);
            listing.dropDead();
        } catch (DamagedRunException e) {
            listing.repair(e.run()); // What the policy wants then is tried again.
        } catch (IOException e) {
            failure.check();
            room.dropSpare();
            if (!compactLeastMoved(nowMillis)) {
                throw e;
            }
        }
    }

    /// Compacts segments one by one, those with the fewest bytes to move first, where the space
    /// suffices; returns whether any could be. Tombstones may all be needed as long as there are
    /// stale values, and take more space when they are sorted.
    private boolean compactLeastMoved(long nowMillis) throws IOException {
        List<Candidate> order = new ArrayList<>(candidates.of(nowMillis, false));
        order.removeIf(candidate -> candidate.garbageBytes() == 0);
        if (order.stream().anyMatch(candidate -> candidate.staleBytes() > 0)) {
            order.removeIf(candidate -> candidate.staleBytes() == 0);
        }
        order.sort(
                Comparator.<Candidate>comparingLong(
                        candidate -> candidate.movedBytes() + candidate.tombstoneBytes()));
        boolean any = false;
        for (Candidate candidate : order) {
            any |= compactWithReserve(candidate, nowMillis);
        }
        return any;
    }

    private boolean compactWithReserve(Candidate candidate, long nowMillis) throws IOException {
        List<Segment> victim = chosen(List.of(candidate.id()));
        try {
            return fits(victim, nowMillis) || room.lendReserve() && fits(victim, nowMillis);
        } finally {
            room.restoreReserve();
        }
    }

    /// Compacts segments if there is room for it; returns whether there was.
    private boolean fits(List<Segment> victims, long nowMillis) {
        try {
            compactor.run(victims, false, Pace.UNLIMITED, nowMillis, () -> givenUp);
            listing.dropDead();
            return true;
        } catch (DamagedRunException e) {
            return false;
        } catch (IOException e) {
            failure.check();
            return false;
        }
    }

    /// Returns what the policy wants to be compacted now: nothing if that is not to happen by
    /// itself.
    private List<Segment> wanted(long nowMillis) {
        if (!automatic || !loaded) {
            return List.of();
        }
        return chosen(
                policy.choose(candidates.of(nowMillis, false), candidates.lastingBytes(nowMillis)));
    }

    private static long bytes(List<Segment> sealed) {
        return sealed.stream().mapToLong(Segment::sealedEnd).sum();
    }

    private List<Segment> chosen(List<Long> ids) {
        List<Segment> chosen = new ArrayList<>();
        for (Segment segment : segments.all()) {
            if (ids.contains(segment.id())) {
                chosen.add(segment);
            }
        }
        return chosen;
    }
}
