package io.kvs.engine;

import io.kvs.CompactionFailedException;
import io.kvs.CorruptionException;
import io.kvs.KvsException;
import io.kvs.KvsOptions;
import io.kvs.RecoveryReport;
import io.kvs.StoreClosedException;
import io.kvs.StoreFailedException;
import io.kvs.StoreIoException;
import io.kvs.StoreStats;
import io.kvs.commit.Catalog;
import io.kvs.commit.Failure;
import io.kvs.commit.GroupCommit;
import io.kvs.commit.Log;
import io.kvs.commit.Sealer;
import io.kvs.compaction.CompactionPolicy;
import io.kvs.compaction.CompactionPolicy.Candidate;
import io.kvs.compaction.Compactor;
import io.kvs.format.FileNames;
import io.kvs.format.Manifest.Entry;
import io.kvs.format.SegmentHeader;
import io.kvs.index.KeyHash;
import io.kvs.index.Keydir;
import io.kvs.io.Background;
import io.kvs.io.Disk;
import io.kvs.io.Disk.DirectoryLock;
import io.kvs.recovery.Damage;
import io.kvs.recovery.Recovered;
import io.kvs.recovery.Recovery;
import io.kvs.segment.RecordCursor;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.SegmentWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The life of an open store around its reads and writes: opening, background work, compaction,
/// closing.
///
/// Locks, in the order in which they are taken: compaction, housekeeping, stripes of the keydir,
/// roll, catalog. Whoever holds a stripe never waits for compaction or housekeeping.
final class StoreLife {
    private static final long CAPACITY_MIN_BYTES = 64 << 10;
    private static final long CAPACITY_SMALL_STORE_BYTES = 1 << 20;
    private static final Duration COMPACTION_PERIOD = Duration.ofSeconds(1);

    /// What {@link #forEach} calls.
    interface RecordVisitor {
        void visit(Segment segment, RecordCursor cursor);
    }

    private final Disk disk;
    private final KvsOptions options;
    private final DirectoryLock directoryLock;
    private final Failure failure;
    private final Recovered recovered;
    private final Log log;
    private final GroupCommit commit;
    private final Sealer sealer;
    private final Housekeeper housekeeper;
    private final Compactor compactor;
    private final CompactionPolicy policy;
    private final Background.Worker housekeeping;
    private final Background.Worker compacting;
    private final ReentrantLock compactionLock = new ReentrantLock();
    private final ReentrantLock housekeepingLock = new ReentrantLock();
    private final long openedAtBytes;

    /// Set while so much is stale that writers help with the compaction first.
    private volatile boolean urgent;

    private volatile boolean closing;
    private volatile boolean closed;

    private StoreLife(
            Disk disk,
            KvsOptions options,
            DirectoryLock directoryLock,
            Failure failure,
            Recovered recovered,
            Background background) {
        this.disk = disk;
        this.options = options;
        this.directoryLock = directoryLock;
        this.failure = failure;
        this.recovered = recovered;
        Catalog catalog = recovered.catalog();
        this.log =
                new Log(
                        disk,
                        catalog,
                        recovered.segments(),
                        failure,
                        recovered.writers(),
                        recovered.nextBase(),
                        this::nextCapacity,
                        this::onRoll);
        this.commit = new GroupCommit(log, failure, recovered.durable());
        this.sealer = new Sealer(disk, catalog.storeId());
        this.housekeeper = new Housekeeper(catalog, log, commit, sealer);
        this.compactor =
                new Compactor(
                        disk,
                        catalog,
                        recovered.segments(),
                        recovered.keydir(),
                        recovered.hash(),
                        commit,
                        options.segmentLimitBytes());
        this.policy =
                new CompactionPolicy(
                        options.compactionThresholdBytes(),
                        options.spaceRatioMax(),
                        options.segmentLimitBytes());
        this.openedAtBytes = appendedBytes();
        this.compacting = background.start("compaction", COMPACTION_PERIOD, this::compactStep);
        this.housekeeping =
                background.start("housekeeping", options.syncInterval(), this::housekeep);
    }

    /// Opens a store; see {@link LogStore#open}.
    static StoreLife open(
            Disk disk, KvsOptions options, Background background, RandomGenerator random) {
        String owner = "process " + ProcessHandle.current().pid();
        try {
            DirectoryLock lock = disk.lock(FileNames.LOCK, owner);
            try {
                Failure failure = new Failure();
                Recovered recovered = new Recovery(disk, false, failure, random).run();
                return new StoreLife(disk, options, lock, failure, recovered, background);
            } catch (IOException | RuntimeException | Error e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StoreIoException(
                    "cannot open the store in " + disk.path("") + ": " + e.getMessage(), e);
        }
    }

    SegmentTable segments() {
        return recovered.segments();
    }

    Keydir keydir() {
        return recovered.keydir();
    }

    KeyHash hash() {
        return recovered.hash();
    }

    Log log() {
        return log;
    }

    GroupCommit commit() {
        return commit;
    }

    Damage damage() {
        return recovered.damage();
    }

    RecoveryReport report() {
        return recovered.report();
    }

    /// Does nothing if the store is open.
    ///
    /// @throws StoreClosedException it has been closed
    void ensureOpen() {
        if (closed) {
            throw new StoreClosedException();
        }
    }

    /// Called before a write, outside of all locks.
    void beforeWrite() {
        failure.check();
        if (urgent && options.automaticCompaction()) {
            compactStep();
        }
    }

    /// Compacts until nothing stale is left; see {@link io.kvs.KvsEngine#compact()}.
    void compact() {
        compactionLock.lock();
        try {
            ensureOpen();
            startSegmentIfStale();
            List<Segment> victims = chosen(policy.chooseAll(candidates()));
            while (!victims.isEmpty() && !closing) {
                compactOnce(victims);
                victims = chosen(policy.chooseAll(candidates()));
            }
            log.dropSpare();
        } catch (IOException | CorruptionException e) {
            throw new CompactionFailedException("compaction failed: " + e.getMessage(), e);
        } finally {
            compactionLock.unlock();
        }
    }

    /// Calls `visitor` for the newest record of every key, while no compaction moves records.
    void forEach(RecordVisitor visitor) {
        compactionLock.lock();
        try {
            ensureOpen();
            for (Segment segment : recovered.segments().all()) {
                long end = SegmentHeader.BYTES + usedBytes(segment);
                RecordCursor cursor = new RecordCursor(segment, 0, end, false);
                while (cursor.next()) {
                    switch (cursor.state()) {
                        case WHOLE, DAMAGED -> visitor.visit(segment, cursor);
                        case DAMAGED_BATCH -> cursor.enterBatch();
                        case GARBAGE ->
                                throw segment.corruption(cursor.offset(), "no whole record here");
                        case UNFINISHED, NOTHING, GAP, END -> {}
                    }
                }
            }
        } finally {
            compactionLock.unlock();
        }
    }

    /// Returns figures of the store.
    StoreStats stats(long skippedWrites) {
        ensureOpen();
        Figures figures = Figures.of(recovered.segments(), log.writers());
        return new StoreStats(
                recovered.keydir().keyCount(),
                figures.liveBytes(),
                figures.deadBytes(),
                figures.tombstoneBytes(),
                diskBytes(),
                recovered.keydir().bytes(),
                figures.deadBytes() + figures.tombstoneBytes(),
                appendedBytes() - openedAtBytes,
                compactor.writtenBytes(),
                skippedWrites,
                commit.syncs(),
                figures.segments());
    }

    /// Closes the store; see {@link LogStore#close()}.
    void close() {
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
        }
        compacting.close();
        housekeeping.close();
        compactionLock.lock();
        housekeepingLock.lock();
        try {
            stopWrites();
            finish();
        } catch (IOException e) {
            throw new StoreIoException(
                    "closing " + disk.path("") + " failed: " + e.getMessage(), e);
        } finally {
            release();
            housekeepingLock.unlock();
            compactionLock.unlock();
        }
    }

    private void stopWrites() {
        Keydir keydir = recovered.keydir();
        for (int i = 0; i < Keydir.STRIPE_COUNT; i++) {
            keydir.stripe(i).lock();
        }
        closed = true;
        for (int i = 0; i < Keydir.STRIPE_COUNT; i++) {
            keydir.stripe(i).unlock();
        }
    }

    /// Puts everything on stable storage and leaves a directory that opens without a replay.
    private void finish() throws IOException {
        commit.syncAll();
        SegmentWriter active = log.active();
        boolean untouched =
                active == null || active.isCut() && recovered.report().replayedBytes() == 0;
        if (active == null || untouched && log.writers().length <= 1) {
            return;
        }
        housekeeper.sealEnded();
        log.dropSpare();
        if (active.tail() > SegmentHeader.BYTES) {
            Entry hinted = sealer.prepare(active.segment(), active.tail());
            Entry open = new Entry(hinted.id(), false, false, -1, hinted.length(), -1);
            recovered.catalog().change(List.of(open), List.of());
            sealer.trim(open);
        } else {
            recovered.catalog().change(List.of(), List.of(active.segment().id()));
            disk.delete(FileNames.segment(active.segment().id()));
        }
    }

    private void release() {
        log.release();
        for (Segment segment : recovered.segments().all()) {
            segment.file().close();
        }
        recovered.keydir().close();
        try {
            directoryLock.close();
        } catch (IOException e) {
            throw new StoreIoException(
                    "releasing the lock of " + disk.path("") + " failed: " + e.getMessage(), e);
        }
    }

    private void onRoll() {
        List<Candidate> candidates = candidates();
        long stale = candidates.stream().mapToLong(Candidate::staleBytes).sum();
        urgent = policy.isUrgent(stale, liveBytes());
        housekeeping.wake();
    }

    private void housekeep() {
        housekeepingLock.lock();
        try {
            housekeeper.step();
            if (isMostlyRoom(log.active())) {
                log.startSegment(nextCapacity());
                housekeeper.sealEnded();
            }
        } catch (IOException | KvsException e) {
            // Shrinking the active segment is tried again at the next step.
        } finally {
            housekeepingLock.unlock();
        }
        if (options.automaticCompaction() && !policy.choose(candidates(), liveBytes()).isEmpty()) {
            compacting.wake();
        }
    }

    /// Returns whether the active segment is far larger than all that is stored.
    private boolean isMostlyRoom(@Nullable SegmentWriter active) {
        return active != null
                && active.capacity() >= CAPACITY_SMALL_STORE_BYTES
                && active.capacity() > 16 * nextCapacity()
                && liveBytes() < active.capacity() / 64;
    }

    private void compactStep() {
        compactionLock.lock();
        try {
            List<Segment> victims = chosen(policy.choose(candidates(), liveBytes()));
            while (!victims.isEmpty() && !closing && !failure.isSet()) {
                compactOnce(victims);
                victims = chosen(policy.choose(candidates(), liveBytes()));
            }
        } catch (IOException | CorruptionException | StoreFailedException e) {
            // Nothing was lost. A damaged segment is left alone from now on; a full disk is met
            // again
            // at the next step, and by the writers.
        } finally {
            urgent = false;
            compactionLock.unlock();
        }
    }

    /// Compacts; if there is no room for that, makes some and moves as little as possible.
    private void compactOnce(List<Segment> victims) throws IOException {
        try {
            compactor.run(victims);
        } catch (IOException e) {
            failure.check();
            log.dropSpare();
            recovered.catalog().releaseReserve();
            Segment least = victims.getFirst();
            for (Segment victim : victims) {
                least = movedBytes(victim) < movedBytes(least) ? victim : least;
            }
            compactor.run(List.of(least));
        }
    }

    private void startSegmentIfStale() throws IOException {
        housekeepingLock.lock();
        try {
            SegmentWriter active = log.active();
            if (active != null
                    && active.segment().deadBytes() + active.segment().tombstoneBytes() > 0) {
                log.startSegment(Math.min(nextCapacity(), capacityFor(liveBytes())));
            }
            housekeeper.sealEnded();
        } finally {
            housekeepingLock.unlock();
        }
    }

    private List<Candidate> candidates() {
        List<Candidate> candidates = new ArrayList<>();
        for (Segment segment : recovered.segments().all()) {
            if (segment.sealedEnd() > 0 && !segment.isDamaged()) {
                long tombstones = segment.tombstoneBytes();
                boolean kept = segment.checkedGeneration() == compactor.generation();
                candidates.add(
                        new Candidate(
                                segment.id(),
                                usedBytes(segment) - segment.deadBytes() - tombstones,
                                segment.deadBytes(),
                                kept ? 0 : tombstones,
                                kept ? tombstones : 0));
            }
        }
        return candidates;
    }

    private List<Segment> chosen(List<Long> ids) {
        List<Segment> segments = new ArrayList<>();
        for (Segment segment : recovered.segments().all()) {
            if (ids.contains(segment.id())) {
                segments.add(segment);
            }
        }
        return segments;
    }

    private long liveBytes() {
        long bytes = 0;
        for (Segment segment : recovered.segments().all()) {
            bytes += Figures.liveBytes(segment, log.writers());
        }
        return bytes;
    }

    private static long movedBytes(Segment segment) {
        return segment.sealedEnd() - segment.deadBytes();
    }

    private long usedBytes(Segment segment) {
        return Figures.usedBytes(segment, log.writers());
    }

    /// Returns the capacity for the next segment: small for a small store, growing with it.
    private long nextCapacity() {
        long used = 0;
        for (Segment segment : recovered.segments().all()) {
            used += usedBytes(segment);
        }
        return capacityFor(Math.max(Math.min(16 * used, 4 * CAPACITY_SMALL_STORE_BYTES), used));
    }

    private long capacityFor(long bytes) {
        long limit = options.segmentLimitBytes();
        return Long.highestOneBit(
                Math.clamp(bytes / 4, Math.min(CAPACITY_MIN_BYTES, limit), limit));
    }

    private long appendedBytes() {
        SegmentWriter active = log.active();
        return active == null ? recovered.nextBase() << 3 : active.tailSequence() << 3;
    }

    private long diskBytes() {
        try {
            return Figures.diskBytes(disk);
        } catch (IOException e) {
            throw new StoreIoException("cannot list " + disk.path("") + ": " + e.getMessage(), e);
        }
    }
}
