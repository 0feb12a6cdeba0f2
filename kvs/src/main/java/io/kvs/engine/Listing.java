package io.kvs.engine;

import io.kvs.CorruptionException;
import io.kvs.StoreFailedException;
import io.kvs.commit.Catalog;
import io.kvs.commit.Log;
import io.kvs.commit.Sealer;
import io.kvs.commit.Sealer.Prepared;
import io.kvs.engine.WriteLoad.Level;
import io.kvs.format.FileNames;
import io.kvs.io.Background;
import io.kvs.io.Disk;
import io.kvs.io.Pace;
import io.kvs.run.Covered;
import io.kvs.run.MergePolicy;
import io.kvs.run.Run;
import io.kvs.run.RunMerger;
import io.kvs.run.RunTable;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.SegmentWriter;
import io.kvs.view.Pins;
import io.kvs.view.View.Part;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Keeps every record listed by a run, and the runs few.
///
/// What is written gets a run part by part, without a sync, so that the replay after a kill has a
/// bound; a segment that is sealed gets one for all of it; and runs are merged as they become many
/// (see {@link MergePolicy}). Nobody but a compaction changes runs elsewhere.
///
/// An error leaves the work undone until the next step.
final class Listing {
    /// With more than this that no run lists, writers make runs themselves.
    private static final long UNLISTED_MAX_BYTES = 8 << 20;

    /// Writers never go beyond this.
    private static final long UNLISTED_LIMIT_BYTES = 64 << 20;

    /// How many runs of sealed segments there may be while merging waits: lookups ask each.
    private static final int BUSY_RUNS_MAX = 32;

    /// With more runs than this to merge, a scan wants them fewer.
    private static final int SCANNED_RUNS_MAX = 4;

    /// While nobody waits for it, merging leaves most of the processor to others.
    private static final long RESTING_BYTES_PER_SECOND = 8 << 20;

    /// How many entries of runs are merged when the store is closed: some tenths of a second.
    private static final long CLOSING_ENTRIES_MAX = 2 << 20;

    /// How many entries are merged into one run at most for the heap that there is: with the arrays
    /// that grow a merge takes up to a quarter of it.
    private static final long HEAP_ENTRIES_MAX =
            Runtime.getRuntime().maxMemory() / 8 / MergePolicy.HEAP_BYTES_PER_ENTRY;

    private final Disk disk;
    private final Catalog catalog;
    private final SegmentTable segments;
    private final RunTable runs;
    private final Log log;
    private final WriteLoad load;
    private final Sealer sealer;
    private final Pins pins;
    private final BooleanSupplier stopped;
    private final Pace restingPace;
    private final ReentrantLock lock = new ReentrantLock();

    /// Held by the one who merges; taken before the other one.
    private final ReentrantLock merging = new ReentrantLock();

    /// Whether a scan has met many runs since the last step of merging.
    private volatile boolean scanned;

    /// Makes it for an open store.
    ///
    /// @param background lets time pass
    /// @param stopped tells whether to give up long work
    Listing(
            Disk disk,
            Catalog catalog,
            SegmentTable segments,
            RunTable runs,
            Log log,
            WriteLoad load,
            Sealer sealer,
            Pins pins,
            Background background,
            BooleanSupplier stopped) {
        this.disk = disk;
        this.catalog = catalog;
        this.segments = segments;
        this.runs = runs;
        this.log = log;
        this.load = load;
        this.sealer = sealer;
        this.pins = pins;
        this.stopped = stopped;
        this.restingPace =
                new Pace(
                        RESTING_BYTES_PER_SECOND,
                        disk::nanos,
                        background::pause,
                        () -> scanned || stopped.getAsBoolean() || !load.isQuiet());
    }

    /// Makes the runs of parts that are due.
    void listStep() {
        try {
            if (!catalog.reserve().isUsed()) {
                listParts();
            }
        } catch (IOException e) {
            // The replay after a kill will take longer.
        }
    }

    /// Makes the runs of parts that are due, for a background that cannot keep up. While a segment
    /// is sealed, which may take as long as the disk does, a writer waits only if far too much is
    /// listed by no run.
    void help() {
        if (unlistedBytes() > UNLISTED_LIMIT_BYTES) {
            lock.lock();
        } else if (!lock.tryLock()) {
            return;
        }
        try {
            listStep();
        } finally {
            lock.unlock();
        }
    }

    /// Notes how many runs a scan has to merge; returns whether a step of merging should follow.
    boolean isWantedToMerge(int scannedRuns) {
        if (scannedRuns <= SCANNED_RUNS_MAX || scanned) {
            return false;
        }
        scanned = true;
        return true;
    }

    /// Merges runs as long as that is due. While much is being written and nobody scans, that
    /// waits, up to a number of runs: the processor has better things to do, and more runs at a
    /// time make fewer merges.
    void mergeStep() {
        merging.lock();
        try {
            dropDead();
            Level written = load.level();
            boolean wanted = scanned;
            scanned = false;
            boolean waits = written == Level.BUSY && !wanted && mergeable().size() <= BUSY_RUNS_MAX;
            if (!waits) {
                mergeAll(policy(written, wanted), wanted ? Pace.UNLIMITED : restingPace);
            }
        } catch (IOException | CorruptionException | StoreFailedException e) {
            // Lookups will ask more runs.
        } finally {
            merging.unlock();
        }
    }

    /// Makes the runs few, for whoever has the store compacted. Where there is no room for that,
    /// they stay as they are.
    void mergeMany() {
        if (mergeable().size() <= SCANNED_RUNS_MAX) {
            return;
        }
        scanned = true; // A merge that is under way goes on without rests.
        merging.lock();
        try {
            mergeAll(MergePolicy.SCANNED, Pace.UNLIMITED);
        } catch (IOException | CorruptionException | StoreFailedException e) {
            // As in a step.
        } finally {
            merging.unlock();
        }
    }

    /// Merges runs until a policy sees no reason any more.
    private void mergeAll(MergePolicy policy, Pace pace) throws IOException {
        while (!stopped.getAsBoolean()
                && !catalog.reserve().isUsed()
                && merge(policy, MergePolicy.ENTRIES_MAX, pace, stopped) > 0) {
            // It chooses the next ones.
        }
    }

    private static MergePolicy policy(Level written, boolean wanted) {
        if (!written.isQuiet()) {
            return MergePolicy.WRITING;
        }
        return wanted ? MergePolicy.SCANNED : MergePolicy.QUIET;
    }

    /// Merges what can be merged in little time before the store is closed: who opens it has few
    /// runs to ask.
    void mergeForClose() {
        try {
            long merged = 1;
            for (long left = CLOSING_ENTRIES_MAX; merged > 0; left -= merged) {
                merged = merge(MergePolicy.QUIET, left, Pace.UNLIMITED, () -> false);
            }
        } catch (IOException | CorruptionException | StoreFailedException e) {
            // It is done when the store is open again.
        }
    }

    /// Returns whether so much is listed by no run that writers should help.
    boolean isBehind() {
        return unlistedBytes() > UNLISTED_MAX_BYTES;
    }

    private long unlistedBytes() {
        long unlisted = 0;
        for (SegmentWriter writer : log.writers()) {
            unlisted += unlistedBytes(writer);
        }
        return unlisted;
    }

    /// Makes runs of what has come to the segments that are not sealed, where it is much.
    ///
    /// A segment that is ended is listed to its end before any part of the next one: a replay can
    /// use runs only as far as they list everything from the start.
    void listParts() throws IOException {
        lock.lock();
        try {
            SegmentWriter[] writers = log.writers();
            for (SegmentWriter writer : writers) {
                boolean active = writer == writers[writers.length - 1];
                long due = active ? writer.partBytes() : 1;
                if (unlistedBytes(writer) >= due && !list(writer)) {
                    return;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Makes a run of what none lists of a segment; returns false if that is damaged.
    private boolean list(SegmentWriter writer) throws IOException {
        long end = writer.tail();
        writer.awaitComplete(end);
        return !writer.segment().isDamaged() && sealer.listPart(writer.segment(), end);
    }

    /// Seals segments whose records are on stable storage, and cuts their files.
    ///
    /// While their run is made and synced, the segments behind them can get as long as the disk is
    /// slow, and their parts are to be listed: the lock is not held, unless something is left to
    /// list of these too.
    ///
    /// @param ended the segments, up to the ends of their records
    void seal(List<Part> ended) throws IOException {
        List<Part> unsealed = new ArrayList<>(ended);
        // Of these only the cutting had failed. Their runs may be parts of others by now.
        unsealed.removeIf(part -> part.segment().sealed() != null);
        boolean together = unsealed.isEmpty() || sealTogether(unsealed);
        for (Part part : ended) {
            if (!together && unsealed.contains(part)) {
                sealAlone(part);
            }
            trim(part); // On a full disk the next run needs this room.
        }
    }

    /// Seals segments with one run, if nothing is left to list of them and it can be made; returns
    /// whether they are sealed.
    private boolean sealTogether(List<Part> ended) throws IOException {
        for (Part part : ended) {
            if (!listToEnd(part)) {
                return false;
            }
        }
        try (Pins.Pin _ = pins.pin()) {
            Prepared prepared = sealer.prepare(ended, true);
            lock.lock();
            try {
                if (prepared.listed() && runs.all().containsAll(prepared.replaced())) {
                    seal(ended, prepared);
                    return true;
                }
            } finally {
                lock.unlock();
            }
            discard(prepared.run()); // It was made of a run that has been made anew meanwhile.
            return false;
        }
    }

    private void sealAlone(Part part) throws IOException {
        lock.lock();
        try {
            seal(List.of(part), sealer.prepare(List.of(part), true));
        } finally {
            lock.unlock();
        }
    }

    private void seal(List<Part> ended, Prepared prepared) throws IOException {
        List<Long> empty = new ArrayList<>();
        for (Part part : ended) {
            if (part.isEmpty()) {
                empty.add(part.segment().id());
            }
        }
        sealer.commit(List.of(prepared), empty);
        for (Part part : ended) {
            part.segment().seal(Sealer.sealed(part));
            runs.check(part.segment());
        }
    }

    /// Cuts the file of a sealed segment, unless a compaction has done with it already.
    private void trim(Part part) throws IOException {
        try (Pins.Pin _ = pins.pin()) { // What leaves from now on is not deleted yet.
            if (!part.isEmpty() && segments.byId(part.segment().id()) != null) {
                sealer.trim(part);
            }
        }
    }

    /// Has runs list a segment that is ended up to its end; returns whether they do.
    private boolean listToEnd(Part part) {
        Segment segment = part.segment();
        lock.lock();
        try {
            return runs.coveredEnd(segment.id()) == part.end()
                    || !segment.isDamaged() && sealer.listPart(segment, part.end());
        } catch (IOException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void discard(@Nullable Run unused) throws IOException {
        if (unused != null) {
            unused.close();
            disk.delete(FileNames.run(unused.id()));
        }
    }

    /// Makes sure that runs which the manifest names list everything of the segment that stays open
    /// when the store is closed, and cuts its file.
    void listForClose(Segment segment, long end) throws IOException {
        lock.lock();
        try {
            Part part = new Part(segment, end);
            sealer.commit(List.of(sealer.prepare(List.of(part), false)), List.of());
            sealer.trim(part);
        } finally {
            lock.unlock();
        }
    }

    /// Makes a damaged run anew from the records that it lists; does nothing if it has been
    /// replaced.
    ///
    /// @throws CorruptionException a record is damaged as well, so that the run stays as it is
    void repair(Run damaged) throws IOException {
        lock.lock();
        try {
            if (runs.all().contains(damaged)) {
                sealer.rebuild(damaged, segments);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Drops the runs that list nothing but records of segments that are gone.
    void dropDead() throws IOException {
        lock.lock();
        try {
            List<Run> dead = new ArrayList<>(runs.all());
            dead.removeIf(
                    run -> run.covered().stream().anyMatch(part -> !isGone(part.segmentId())));
            if (!dead.isEmpty()) {
                sealer.replace(dead, List.of());
            }
        } finally {
            lock.unlock();
        }
    }

    private long unlistedBytes(SegmentWriter writer) {
        Segment segment = writer.segment();
        // What has been sealed may have been compacted, and its runs be gone.
        return segment.sealed() == null ? writer.tail() - runs.coveredEnd(segment.id()) : 0;
    }

    /// Merges runs of sealed segments that a policy chooses; returns how many entries they have.
    ///
    /// @param givenUp tells whether nobody wants it any more
    private long merge(MergePolicy policy, long entriesMax, Pace pace, BooleanSupplier givenUp)
            throws IOException {
        // What is chosen must not leave before it is read.
        try (Pins.Pin inputs = pins.pin()) {
            List<Run> chosen =
                    policy.choose(
                            mergeable(), Math.min(entriesMax, HEAP_ENTRIES_MAX), this::isGone);
            if (!chosen.isEmpty()) {
                inputs.confine(id -> chosen.stream().anyMatch(run -> run.id() == id), 0);
                merge(chosen, pace, givenUp);
            }
            return chosen.stream().mapToLong(Run::entries).sum();
        }
    }

    /// Merges runs, unless that is given up or one of them leaves meanwhile: a merge that takes its
    /// time would keep them all on the disk until then.
    private void merge(List<Run> merged, Pace pace, BooleanSupplier givenUp) throws IOException {
        long id = catalog.newFileId();
        boolean made;
        try {
            made =
                    RunMerger.merge(
                            disk,
                            catalog.storeId(),
                            id,
                            merged,
                            runs::rank,
                            pace,
                            () -> givenUp.getAsBoolean() || !runs.all().containsAll(merged));
        } catch (CorruptionException e) {
            repairOneOf(merged, e);
            return;
        }
        if (made) {
            replace(merged, id);
        }
    }

    private void replace(List<Run> merged, long id) throws IOException {
        lock.lock();
        try {
            if (runs.all().containsAll(merged)) {
                sealer.replace(merged, List.of(Run.mapNew(disk, catalog.storeId(), id)));
            } else {
                disk.delete(FileNames.run(id));
            }
        } finally {
            lock.unlock();
        }
    }

    private void repairOneOf(List<Run> merged, CorruptionException damage) throws IOException {
        for (Run run : merged) {
            if (run.path().equals(damage.file())) {
                repair(run);
            }
        }
    }

    /// Returns the runs of sealed segments.
    private List<Run> mergeable() {
        List<Run> sealed = new ArrayList<>(runs.all());
        sealed.removeIf(run -> run.covered().stream().anyMatch(this::isOpen));
        return sealed;
    }

    private boolean isOpen(Covered covered) {
        Segment segment = segments.byId(covered.segmentId());
        return segment != null && segment.sealedEnd() == 0;
    }

    private boolean isGone(long segmentId) {
        return segments.byId(segmentId) == null;
    }
}
