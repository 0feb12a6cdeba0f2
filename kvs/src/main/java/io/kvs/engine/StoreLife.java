package io.kvs.engine;

import io.kvs.BackupProgress;
import io.kvs.BackupReport;
import io.kvs.ChangeEvent;
import io.kvs.CorruptionException;
import io.kvs.KvsOptions;
import io.kvs.RecoveryReport;
import io.kvs.StoreClosedException;
import io.kvs.StoreFailedException;
import io.kvs.StoreIoException;
import io.kvs.StoreStats;
import io.kvs.StoreStats.BufferStats;
import io.kvs.StoreStats.CacheStats;
import io.kvs.backup.Backup;
import io.kvs.blob.Blobs;
import io.kvs.buffer.BufferedStore;
import io.kvs.buffer.WriteBuffer;
import io.kvs.commit.Catalog;
import io.kvs.commit.DeferredAnswers;
import io.kvs.commit.Failure;
import io.kvs.commit.GroupCommit;
import io.kvs.commit.Log;
import io.kvs.commit.Sealer;
import io.kvs.compaction.CompactionPolicy;
import io.kvs.compaction.Compactor;
import io.kvs.format.BlobReference;
import io.kvs.format.FileNames;
import io.kvs.index.Index;
import io.kvs.index.Keydir;
import io.kvs.io.Background;
import io.kvs.io.Disk;
import io.kvs.io.Disk.DirectoryLock;
import io.kvs.marker.EngineMarker;
import io.kvs.recovery.Damage;
import io.kvs.recovery.Recovered;
import io.kvs.recovery.Recovery;
import io.kvs.run.Run;
import io.kvs.segment.SegmentTable;
import io.kvs.view.Disposal;
import io.kvs.view.Pins;
import io.kvs.view.Present;
import io.kvs.view.ReadSections;
import io.kvs.view.View;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow.Subscriber;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The life of an open store around its reads and writes: opening, what it then consists of,
/// closing.
///
/// Locks, in the order in which they are taken: compaction, housekeeping, stripes of the keydir,
/// roll, catalog. Whoever holds a stripe never waits for compaction or housekeeping.
final class StoreLife {
    private final Disk disk;
    private final Failure failure;
    private final Recovered recovered;
    private final Log log;
    private final WriteLoad load;
    private final GroupCommit commit;
    private final DeferredAnswers answers;
    private final Listing listing;
    private final Compactions compactions;
    private final Capacity capacity;
    private final Pins pins;
    private final ReadSections sections;
    private final Present present;
    private final Blobs blobs;
    private final Background background;
    private final Set<ChangeFeed> feeds = ConcurrentHashMap.newKeySet();
    private final Workers workers;
    private final Statistics statistics;
    private final Shutdown shutdown;

    private volatile boolean closing;
    private volatile boolean closed;

    private StoreLife(
            Disk disk,
            KvsOptions options,
            DirectoryLock directoryLock,
            Failure failure,
            Recovered recovered,
            Background background,
            InstantSource clock) {
        this.disk = disk;
        this.background = background;
        this.failure = failure;
        this.recovered = recovered;
        this.capacity = new Capacity(options.segmentLimitBytes());
        Catalog catalog = recovered.catalog();
        this.pins = new Pins(this::allocateSoon);
        this.sections = pins.sections();
        this.blobs = new Blobs(disk, catalog.storeId());
        Index index = recovered.index();
        Disposal disposal = new Disposal(disk, pins, index.keydir()::awaitWriters);
        this.log =
                new Log(
                        disk,
                        catalog,
                        recovered.segments(),
                        failure,
                        recovered.writers(),
                        recovered.nextBase(),
                        this::nextCapacity,
                        this::isBusyWriting,
                        this::onRoll,
                        this::onPart,
                        this::allocateSoon);
        this.commit = new GroupCommit(log, failure, recovered.durable(), disk::nanos);
        this.present =
                new Present(
                        pins,
                        recovered.segments(),
                        index.runs(),
                        log::writers,
                        log::activeBase,
                        index.keydir()::awaitWriters,
                        catalog::nextFileId);
        this.answers = new DeferredAnswers(commit, background);
        this.load = new WriteLoad(log::lastSequence, disk::nanos);
        this.listing =
                new Listing(
                        disk,
                        catalog,
                        recovered.segments(),
                        index.runs(),
                        log,
                        load,
                        new Sealer(disk, catalog, index.runs(), disposal),
                        pins,
                        background,
                        () -> closing);
        Housekeeper housekeeper =
                new Housekeeper(
                        recovered.segments(), index.keydir(), log, load, commit, listing, disposal);
        Budget budget =
                new Budget(
                        index,
                        recovered.segments(),
                        options.indexBudgetBytes(),
                        log,
                        this::nextCapacity,
                        housekeeper);
        View opened = view();
        Compactor compactor =
                new Compactor(
                        disk,
                        catalog,
                        recovered.segments(),
                        index,
                        disposal,
                        log,
                        commit,
                        failure,
                        background,
                        recovered.dictionaries(),
                        options.segmentLimitBytes());
        Candidates candidates =
                new Candidates(recovered.segments(), log, compactor, recovered.dictionaries());
        WriteRoom room =
                new WriteRoom(
                        recovered.segments(),
                        log,
                        catalog.reserve(),
                        capacity,
                        candidates,
                        housekeeper,
                        failure);
        CompactionPolicy policy =
                new CompactionPolicy(
                        options.compactionThresholdBytes(),
                        options.spaceRatioMax(),
                        options.segmentLimitBytes());
        Rounds rounds =
                new Rounds(compactor, candidates, recovered.segments(), listing, room, failure);
        this.compactions =
                new Compactions(
                        options,
                        policy,
                        new Loading(
                                opened,
                                index,
                                recovered.segments(),
                                recovered.blobs(),
                                blobs,
                                recovered.damage(),
                                listing,
                                clock),
                        log,
                        load,
                        housekeeper,
                        candidates,
                        rounds,
                        new FullCompaction(
                                recovered.segments(),
                                index,
                                log,
                                policy,
                                candidates,
                                compactor,
                                rounds,
                                listing,
                                room,
                                failure),
                        room,
                        failure,
                        background,
                        disk::nanos,
                        clock);
        this.statistics = new Statistics(disk, recovered, log, commit, compactor, pins);
        this.shutdown =
                new Shutdown(
                        disk,
                        directoryLock,
                        recovered,
                        log,
                        commit,
                        answers,
                        housekeeper,
                        listing,
                        compactions,
                        pins);
        this.workers =
                new Workers(
                        pins,
                        log,
                        listing,
                        housekeeper,
                        compactions,
                        budget,
                        new Prefaulting(this::view, () -> closing),
                        background,
                        options.syncInterval(),
                        this::guarded);
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
            Disk disk,
            KvsOptions options,
            Background background,
            RandomGenerator random,
            InstantSource clock) {
        String owner = "process " + ProcessHandle.current().pid();
        try {
            DirectoryLock lock = disk.lock(FileNames.LOCK, owner);
            try {
                new EngineMarker(disk).require(EngineMarker.DEFAULT);
                Failure failure = new Failure();
                Recovered recovered =
                        Recovery.recover(disk, false, failure, random, options.indexBudgetBytes());
                choose(options.compression(), recovered);
                return new StoreLife(disk, options, lock, failure, recovered, background, clock);
            } catch (IOException | RuntimeException | Error e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StoreIoException(
                    "cannot open the store in " + disk.path("") + ": " + e.getMessage(), e);
        }
    }

    private static void choose(@Nullable String compression, Recovered recovered)
            throws IOException {
        boolean done = false;
        try {
            CompressionChoice.make(compression, recovered.catalog(), recovered.dictionaries());
            done = true;
        } finally {
            if (!done) {
                recovered.close();
            }
        }
    }

    SegmentTable segments() {
        return recovered.segments();
    }

    Index index() {
        return recovered.index();
    }

    Log log() {
        return log;
    }

    GroupCommit commit() {
        return commit;
    }

    /// Returns who answers operations whose threads do not wait.
    DeferredAnswers answers() {
        return answers;
    }

    Damage damage() {
        return recovered.damage();
    }

    /// Keeps every file that leaves from now on, until it is closed.
    Pins.Pin pin() {
        return pins.pin();
    }

    /// Returns the sections in which the files of the store are read, unless a stripe is held.
    ReadSections sections() {
        return sections;
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

    /// Returns whether a write would have to wait for background work, or do some of it.
    boolean isBusy() {
        return compactions.isUrgent() || workers.isBehind();
    }

    /// Called before a write that may take more space than it makes stale, outside of all locks.
    void beforeGrowth() {
        failure.check();
        if (compactions.isUrgent()) {
            compactions.awaitUrgent();
        }
        if (workers.isBehind()) {
            help();
        }
    }

    /// Has a writer do some of the work of the background, which cannot keep up.
    private void help() {
        ReadSections.Reader section = sections.enter();
        try {
            ensureOpen();
            workers.help();
        } finally {
            section.leave();
        }
    }

    /// Frees space for a writer that found the disk full; returns whether there is more now. Called
    /// outside of all locks.
    boolean makeRoom() {
        return pins.releaseLeft() || !failure.isSet() && compactions.makeRoom();
    }

    Blobs blobs() {
        return blobs;
    }

    /// Makes the write buffer that the options ask for, or returns null.
    @Nullable WriteBuffer writeBuffer(BufferedStore store, KvsOptions options) {
        return options.writeBufferBytes() == 0
                ? null
                : new WriteBuffer(
                        store, options.writeBufferBytes(), options.writeBufferAge(), background);
    }

    /// Writes a blob; see {@link Blobs#write}.
    BlobReference writeBlob(InputStream value) throws IOException {
        return blobs.write(recovered.catalog().newFileId(), value, this::makeRoom);
    }

    /// Takes a view of the present.
    View view() {
        return present.view();
    }

    /// Takes a view of the present that is to be scanned: what makes scans slow is seen to.
    View viewToScan() {
        View view = view();
        if (listing.isWantedToMerge(view.runs().size())) {
            workers.mergeSoon();
        }
        return view;
    }

    /// Starts to tell a subscriber of changes.
    void feed(
            Subscriber<? super ChangeEvent> subscriber,
            long after,
            LogWalk walk,
            LongSupplier end,
            InstantSource clock) {
        ensureOpen();
        ChangeFeed feed =
                new ChangeFeed(subscriber, after, walk, blobs, end, clock, sections, feeds::remove);
        feeds.add(feed);
        feed.start(background);
    }

    /// Makes a copy of a view; see {@link Backup}.
    ///
    /// @throws StoreIoException an I/O error; nothing is left behind
    BackupReport backup(View view, Disk target, BackupProgress progress) {
        try {
            return Backup.write(view, disk, recovered.catalog(), target, progress);
        } catch (IOException e) {
            ensureOpen();
            throw new StoreIoException(
                    "cannot make a backup in " + target.path("") + ": " + e.getMessage(), e);
        }
    }

    /// Makes a damaged run anew from the log. Called outside of all locks.
    ///
    /// @throws CorruptionException the log is damaged there as well
    void repair(Run damaged) {
        ReadSections.Reader section = sections.enter();
        try {
            ensureOpen();
            listing.repair(damaged);
        } catch (IOException e) {
            throw new StoreIoException("cannot make a run anew: " + e.getMessage(), e);
        } finally {
            section.leave();
        }
    }

    /// Returns how many keys have a value.
    long keyCount() {
        ensureOpen();
        compactions.load();
        return recovered.index().keydir().keyCount();
    }

    /// Compacts until nothing stale is left; see {@link io.kvs.KvsEngine#compact()}.
    void compact() {
        ensureOpen();
        compactions.all();
    }

    /// Returns figures of the store.
    StoreStats stats(long skippedWrites, CacheStats valueCache, BufferStats writeBuffer) {
        ensureOpen();
        compactions.load();
        return statistics.take(skippedWrites, valueCache, writeBuffer);
    }

    /// Closes the store; see {@link LogStore#close()}.
    void close() {
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
        }
        feeds.forEach(ChangeFeed::close);
        compactions.stop();
        workers.close();
        compactions.exclude(this::closeExclusively);
    }

    private void closeExclusively() {
        try {
            stopWrites();
            shutdown.settle();
        } catch (IOException e) {
            throw new StoreIoException(
                    "closing " + disk.path("") + " failed: " + e.getMessage(), e);
        } catch (InternalError e) {
            throw unwritable(e);
        } finally {
            shutdown.release();
        }
    }

    private void stopWrites() {
        Keydir keydir = recovered.index().keydir();
        keydir.lock(Keydir.ALL_STRIPES);
        closed = true;
        keydir.unlock(Keydir.ALL_STRIPES);
    }

    private void onPart() {
        workers.onPart();
    }

    private void onRoll() {
        workers.onRoll();
    }

    private void allocateSoon() {
        workers.allocateSoon();
    }

    private long nextCapacity() {
        return isBusyWriting() ? capacity.busy(usedBytes()) : capacity.next(usedBytes());
    }

    private boolean isBusyWriting() {
        return load.isBusy();
    }

    private long usedBytes() {
        return Figures.usedBytes(recovered.segments(), log.writers());
    }
}
