package io.kvs.engine;

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
import java.util.List;
import java.util.random.RandomGenerator;

/// The life of an open store around its reads and writes: opening, background work, compaction,
/// closing.
///
/// Locks, in the order in which they are taken: compaction, housekeeping, stripes of the keydir,
/// roll, catalog. Whoever holds a stripe never waits for compaction or housekeeping.
final class StoreLife {
    private static final Duration COMPACTION_PERIOD = Duration.ofSeconds(1);

    /// What {@link #forEach} calls.
    interface RecordVisitor {
        void visit(Segment segment, RecordCursor cursor);
    }

    private final Disk disk;
    private final DirectoryLock directoryLock;
    private final Failure failure;
    private final Recovered recovered;
    private final Log log;
    private final GroupCommit commit;
    private final Sealer sealer;
    private final Housekeeper housekeeper;
    private final Compactions compactions;
    private final Capacity capacity;
    private final Background.Worker allocating;
    private final Background.Worker housekeeping;
    private final Background.Worker compacting;
    private final long openedAtBytes;
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
        this.directoryLock = directoryLock;
        this.failure = failure;
        this.recovered = recovered;
        this.capacity = new Capacity(options.segmentLimitBytes());
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
        this.housekeeper =
                new Housekeeper(
                        disk,
                        catalog,
                        recovered.segments(),
                        recovered.keydir(),
                        log,
                        commit,
                        sealer);
        Compactor compactor =
                new Compactor(
                        disk,
                        catalog,
                        recovered.segments(),
                        recovered.keydir(),
                        recovered.hash(),
                        commit,
                        failure,
                        background,
                        options.segmentLimitBytes());
        this.compactions =
                new Compactions(
                        options,
                        recovered.segments(),
                        catalog,
                        log,
                        housekeeper,
                        compactor,
                        failure,
                        capacity);
        this.openedAtBytes = appendedBytes();
        this.compacting =
                background.start("compaction", COMPACTION_PERIOD, guarded(compactions::step));
        this.allocating =
                background.start("allocation", options.syncInterval(), guarded(this::allocate));
        this.housekeeping =
                background.start("housekeeping", options.syncInterval(), guarded(this::housekeep));
    }

    private Runnable guarded(Runnable step) {
        return () -> {
            try {
                step.run();
            } catch (InternalError e) {
                failure.set(unreadable(e));
            }
        };
    }

    /// Makes the error for a mapped page that cannot be read: the device has gone, or somebody has
    /// cut the file.
    ///
    /// The virtual machine may raise the `InternalError` some instructions behind the access, so
    /// nobody can tell which page it was.
    StoreIoException unreadable(InternalError e) {
        return new StoreIoException("the device cannot read a page of " + disk.path(""), e);
    }

    /// Makes the error for such a page met while something was written: it is uncertain how far
    /// that came, and the store takes no more writes.
    StoreFailedException unwritable(InternalError e) {
        return failure.fail(unreadable(e));
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

    /// Does nothing unless a failure has made it uncertain what is on stable storage.
    void ensureWritable() {
        failure.check();
    }

    /// Called before a write that may take more space than it makes stale, outside of all locks.
    void beforeGrowth() {
        failure.check();
        compactions.helpIfUrgent();
    }

    /// Frees space for a writer that found the disk full; returns whether there is more now. Called
    /// outside of all locks.
    boolean makeRoom() {
        return !failure.isSet() && compactions.makeRoom();
    }

    /// Compacts until nothing stale is left; see {@link io.kvs.KvsEngine#compact()}.
    void compact() {
        ensureOpen();
        compactions.all();
    }

    /// Calls `visitor` for the newest record of every key, while no compaction moves records.
    void forEach(RecordVisitor visitor) {
        compactions.exclude(() -> {
            ensureOpen();
            try {
                for (Segment segment : recovered.segments().all()) {
                    visit(segment, visitor);
                }
            } catch (InternalError e) {
                throw unreadable(e);
            }
        });
    }

    private void visit(Segment segment, RecordVisitor visitor) {
        long end = SegmentHeader.BYTES + Figures.usedBytes(segment, log.writers());
        RecordCursor cursor = new RecordCursor(segment, 0, end, false);
        while (cursor.next()) {
            switch (cursor.state()) {
                case WHOLE, DAMAGED -> visitor.visit(segment, cursor);
                case DAMAGED_BATCH -> cursor.enterBatch();
                case GARBAGE -> throw segment.corruption(cursor.offset(), "no whole record here");
                case UNFINISHED, NOTHING, GAP, END -> {}
            }
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
                compactions.writtenBytes(),
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
        compactions.stop();
        compacting.close();
        housekeeping.close();
        allocating.close();
        compactions.exclude(this::closeExclusively);
    }

    private void closeExclusively() {
        try {
            stopWrites();
            finish();
        } catch (IOException e) {
            throw new StoreIoException(
                    "closing " + disk.path("") + " failed: " + e.getMessage(), e);
        } catch (InternalError e) {
            throw unwritable(e);
        } finally {
            release();
        }
    }

    private void stopWrites() {
        recovered.keydir().lock(Keydir.ALL_STRIPES);
        closed = true;
        recovered.keydir().unlock(Keydir.ALL_STRIPES);
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
        compactions.observe();
        allocating.wake();
        housekeeping.wake();
    }

    /// Keeps a spare segment ready.
    private void allocate() {
        try {
            log.prepareSpare();
        } catch (IOException | StoreFailedException e) {
            // The disk is full or worse: a writer that needs the room will say so.
        }
    }

    private void housekeep() {
        housekeeper.step();
        compactions.shrink();
        if (compactions.isDue()) {
            compacting.wake();
        }
    }

    private long nextCapacity() {
        return capacity.next(usedBytes());
    }

    private long usedBytes() {
        return Figures.usedBytes(recovered.segments(), log.writers());
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
