package io.kvs.recovery;

import io.kvs.CorruptionException;
import io.kvs.RecoveryReport;
import io.kvs.UnsupportedFormatException;
import io.kvs.commit.Catalog;
import io.kvs.commit.Catalog.Change;
import io.kvs.commit.Failure;
import io.kvs.format.FileNames;
import io.kvs.format.KeyHash;
import io.kvs.format.Manifest;
import io.kvs.format.Manifest.Entry;
import io.kvs.format.PositionMask;
import io.kvs.format.SegmentHeader;
import io.kvs.index.Index;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import io.kvs.io.MappedFile;
import io.kvs.run.Covered;
import io.kvs.run.DamagedRunException;
import io.kvs.run.Run;
import io.kvs.run.RunBuilder;
import io.kvs.run.RunTable;
import io.kvs.segment.RecordCursor;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Opens a store: reads the manifest, maps segments and runs, and settles the end of the log.
///
/// What the runs list is not read. A sealed segment that no run lists gets a new run. The records
/// behind what runs list, the tail, are put into the keydir by {@link TailReplay}.
public final class Recovery {
    private final Disk disk;
    private final boolean readOnly;
    private final Set<Long> damagedRuns;
    private final Failure failure;
    private final RandomGenerator random;
    private final SegmentTable segments = new SegmentTable();
    private final RunTable runs = new RunTable(segments);
    private final Index index;
    private final Unlisted unlisted;
    private final Damage damage = new Damage();
    private final List<MappedFile> mappings = new ArrayList<>();
    private final List<Run> opened = new ArrayList<>();
    private boolean unlistedFound;
    private long replayedBytes;
    private int rebuiltRuns;

    /// Prepares the opening of a store.
    ///
    /// @param damagedRuns ids of runs that are not to be used
    private Recovery(
            Disk disk,
            boolean readOnly,
            Failure failure,
            RandomGenerator random,
            long indexBudgetBytes,
            Set<Long> damagedRuns) {
        this.disk = disk;
        this.damagedRuns = damagedRuns;
        this.readOnly = readOnly;
        this.failure = failure;
        this.random = random;
        this.index = new Index(new KeyHash(random.nextLong()), segments, runs, indexBudgetBytes);
        this.unlisted = new Unlisted(segments, index);
    }

    /// Opens the store in a directory; creates it if there is none.
    ///
    /// @param readOnly whether nothing in the directory may be changed, since another process owns
    ///   it
    /// @param failure set if a change of the manifest fails half-way
    /// @param random where the store's id and the seed of the hash come from
    /// @param indexBudgetBytes how many bytes the keydir is to take
    /// @throws CorruptionException the damage leaves nothing that could be relied on
    public static Recovered recover(
            Disk disk,
            boolean readOnly,
            Failure failure,
            RandomGenerator random,
            long indexBudgetBytes)
            throws IOException {
        Set<Long> damagedRuns = new HashSet<>();
        while (true) {
            try {
                return new Recovery(disk, readOnly, failure, random, indexBudgetBytes, damagedRuns)
                        .run();
            } catch (DamagedRunException e) {
                damagedRuns.add(e.run().id());
            }
        }
    }

    private Recovered run() throws IOException {
        try {
            return open();
        } catch (InternalError e) {
            release();
            throw new IOException("the device cannot read a page of a segment", e);
        } catch (IOException | RuntimeException | Error e) {
            release();
            throw e;
        }
    }

    private void release() throws IOException {
        index.close();
        for (Run run : opened) {
            run.close();
        }
        for (Run run : runs.all()) {
            run.close();
        }
        mappings.forEach(MappedFile::close);
    }

    private Recovered open() throws IOException {
        List<String> names = disk.list();
        Manifest manifest = readManifest(names);
        runs.setStoreId(manifest.storeId());
        Catalog catalog = new Catalog(disk, failure, manifest);
        if (!readOnly) {
            deleteLeftovers(names, manifest, catalog);
        }
        List<Entry> tail = new ArrayList<>();
        for (Entry entry : manifest.segments()) {
            if (entry.sealed()) {
                load(manifest.storeId(), entry);
            } else {
                tail.add(entry);
            }
        }
        openRuns(manifest, catalog);
        for (Entry entry : manifest.segments()) {
            if (entry.sealed()) {
                list(catalog, entry);
            }
        }
        segments.all().forEach(runs::check);
        TailReplay replay =
                new TailReplay(
                        this,
                        catalog.storeId(),
                        tail,
                        manifest.tailSequence(),
                        parts(names, catalog));
        replay.run();
        if (readOnly) {
            replay.resume();
        } else {
            replay.settle(catalog);
        }
        return new Recovered(
                catalog,
                segments,
                index,
                replay.writers(),
                replay.nextBase(),
                replay.durable(),
                damage,
                blobs(names),
                new RecoveryReport(
                        replayedBytes,
                        replay.cutBytes(),
                        replay.gaps(),
                        rebuiltRuns,
                        damage.found()));
    }

    private Manifest readManifest(List<String> names) throws IOException {
        byte[] bytes;
        try (DiskFile file = disk.open(FileNames.MANIFEST, Disk.Access.READ)) {
            bytes = new byte[(int) file.size()];
            file.read(0, bytes, 0, bytes.length);
        } catch (NoSuchFileException e) {
            return createManifest(names);
        }
        Manifest manifest = Manifest.decode(bytes);
        if (manifest == null) {
            String path = disk.path(FileNames.MANIFEST);
            int version = Manifest.version(bytes);
            if (version > 0 && version != Manifest.VERSION && version < 1000) {
                throw new UnsupportedFormatException(
                        path
                                + " has format version "
                                + version
                                + "; this version of kvs reads "
                                + Manifest.VERSION);
            }
            throw new CorruptionException(path, 0, "neither copy of the manifest is intact");
        }
        if (!Manifest.isWhole(bytes)) {
            damage.add(
                    new CorruptionException(
                            disk.path(FileNames.MANIFEST),
                            0,
                            "one of the two copies is damaged; the other one was used"));
        }
        return manifest;
    }

    private Manifest createManifest(List<String> names) throws IOException {
        for (String name : names) {
            if (FileNames.isSegment(name) || FileNames.isRun(name) || FileNames.isBlob(name)) {
                throw new CorruptionException(
                        disk.path(FileNames.MANIFEST),
                        0,
                        "missing, although there are segments or runs: damaged, or a backup that was"
                                + " not finished");
            }
        }
        Manifest manifest = new Manifest(random.nextLong(), 1, 1, List.of(), List.of());
        if (!readOnly) {
            new Catalog(disk, failure, manifest).change(Change.of(List.of(), List.of()));
        }
        return manifest;
    }

    private static Set<Long> blobs(List<String> names) {
        Set<Long> blobs = new HashSet<>();
        for (String name : names) {
            if (FileNames.isBlob(name)) {
                blobs.add(FileNames.id(name));
            }
        }
        return blobs;
    }

    /// Deletes what interrupted steps have left, except for runs, which {@link #openRuns} deals
    /// with, and blobs.
    private void deleteLeftovers(List<String> names, Manifest manifest, Catalog catalog)
            throws IOException {
        Set<String> named = new HashSet<>();
        for (Entry entry : manifest.segments()) {
            named.add(FileNames.segment(entry.id()));
        }
        List<String> leftovers = new ArrayList<>();
        for (String name : names) {
            catalog.skipFileId(FileNames.id(name));
            if (FileNames.isDisposable(name) && !FileNames.isRun(name) && !named.contains(name)) {
                leftovers.add(name);
            }
        }
        if (!leftovers.isEmpty()) {
            // The manifest may have been renamed by a process that was killed before it could sync
            // the directory; what it does not name any more is only deleted when it is there to
            // stay.
            disk.syncDirectory();
            for (String name : leftovers) {
                disk.delete(name);
            }
        }
    }

    private void load(long storeId, Entry entry) throws IOException {
        Segment segment =
                map(
                        storeId,
                        entry.id(),
                        entry.sorted(),
                        entry.baseSequence(),
                        entry.rank(),
                        entry.length());
        segment.seal(entry);
        if (segment.memory().byteSize() < entry.length()) {
            segment.markDamaged();
            damage.add(
                    segment.corruption(
                            segment.memory().byteSize(),
                            "the file ends here, its records end at " + entry.length()));
        }
    }

    /// Opens the runs that the manifest names; those that are missing, damaged or of no use any
    /// more leave it.
    private void openRuns(Manifest manifest, Catalog catalog) throws IOException {
        List<Run> intact = new ArrayList<>();
        List<Long> lost = new ArrayList<>();
        for (long id : manifest.runs()) {
            if (damagedRuns.contains(id)) {
                lost.add(id);
                continue;
            }
            try {
                intact.add(map(manifest.storeId(), id));
            } catch (NoSuchFileException | CorruptionException e) {
                lost.add(id);
            }
        }
        runs.change(intact, List.of());
        if (!lost.isEmpty() && !readOnly) {
            catalog.change(Change.ofRuns(List.of(), lost));
        }
    }

    private Run map(long storeId, long id) throws IOException {
        Run run = Run.map(disk, storeId, id);
        opened.add(run);
        return run;
    }

    /// Returns the runs beside those of the manifest: parts of segments that are not sealed, made
    /// without a sync, and leftovers.
    private List<Run> parts(List<String> names, Catalog catalog) throws IOException {
        Set<Long> named = new HashSet<>(catalog.runs());
        List<Run> parts = new ArrayList<>();
        for (String name : names) {
            if (FileNames.isRun(name) && !named.contains(FileNames.id(name))) {
                try {
                    Run run = map(catalog.storeId(), FileNames.id(name));
                    if (run.covered().size() == 1) {
                        parts.add(run);
                        continue;
                    }
                    run.close();
                } catch (NoSuchFileException | CorruptionException e) {
                    // Nothing that could be used.
                }
                deleteRun(FileNames.id(name));
            }
        }
        // A directory lists its files in any order; each part goes on where the one before ends.
        parts.sort(Comparator.comparingLong(run -> run.covered().getFirst().from()));
        return parts;
    }

    /// Deletes a run that is of no use.
    void deleteRun(long id) throws IOException {
        if (!readOnly) {
            disk.delete(FileNames.run(id));
        }
    }

    /// Makes sure that the records of a sealed segment are found: through runs, or, where that is
    /// not possible, through the keydir.
    private void list(Catalog catalog, Entry entry) throws IOException {
        Segment segment = segments.byId(entry.id());
        if (segment == null || runs.coveredEnd(entry.id()) == entry.length()) {
            return;
        }
        rebuiltRuns++;
        boolean listed = !readOnly && !segment.isDamaged();
        // Some of it may be listed, in a run of several segments too: nothing is listed twice.
        for (Covered gap : runs.gaps(entry.id(), entry.length())) {
            listed = listed && build(catalog, segment, gap);
        }
        if (!listed) {
            scan(segment, entry);
        }
    }

    private boolean build(Catalog catalog, Segment segment, Covered gap) throws IOException {
        long id = catalog.newFileId();
        if (!RunBuilder.build(disk, catalog.storeId(), id, segment, gap, true)) {
            return false;
        }
        disk.syncDirectory();
        catalog.change(Change.ofRuns(List.of(id), List.of()));
        runs.change(List.of(map(catalog.storeId(), id)), List.of());
        replayedBytes += gap.to() - gap.from();
        return true;
    }

    private void scan(Segment segment, Entry entry) {
        long end = Math.min(segment.memory().byteSize(), entry.length());
        RecordCursor cursor = new RecordCursor(segment, 0, end, true);
        while (cursor.next()) {
            take(segment, cursor, entry.maxSequence(), true);
        }
        addReplayed(end - SegmentHeader.BYTES);
        if (end < entry.length()) {
            damage.addUndecided(
                    segment.corruption(end, "records are missing"), entry.maxSequence());
        }
    }

    /// Counts bytes of the log that had to be read.
    void addReplayed(long bytes) {
        replayedBytes += bytes;
    }

    /// Takes the record at the cursor into account; damage where there is damage.
    ///
    /// @param maxSequence no record of the segment has a larger sequence number
    /// @param mayBeOld whether runs may list newer records
    void take(Segment segment, RecordCursor cursor, long maxSequence, boolean mayBeOld) {
        unlistedFound = true;
        long offset = cursor.offset();
        switch (cursor.state()) {
            case WHOLE -> unlisted.add(segment, cursor, mayBeOld);
            case DAMAGED -> {
                segment.markDamaged();
                damage.add(segment.corruption(offset, "record checksum mismatch"));
                unlisted.add(segment, cursor, mayBeOld);
            }
            case DAMAGED_BATCH -> {
                segment.markDamaged();
                damage.add(segment.corruption(offset, "batch checksum mismatch"));
                cursor.enterBatch();
            }
            case GARBAGE, UNFINISHED, NOTHING -> {
                segment.markDamaged();
                damage.addUndecided(
                        segment.corruption(offset, "no whole record here"),
                        segment.sorted()
                                ? maxSequence
                                : segment.baseSequence() + (offset + cursor.size() >>> 3));
            }
            case GAP, END -> {}
        }
    }

    /// Returns whether there are records so far that no run lists: then a run of newer records is
    /// of no use, since the keydir is believed before the runs.
    boolean foundUnlisted() {
        return unlistedFound;
    }

    /// Has damage reported that costs nothing.
    void report(CorruptionException found) {
        damage.add(found);
    }

    /// Maps a segment; a file that is too short is mapped as far as it goes.
    Segment map(long storeId, long id, boolean sorted, long baseSequence, long rank, long length)
            throws IOException {
        String name = FileNames.segment(id);
        String path = disk.path(name);
        try (DiskFile file = disk.open(name, Disk.Access.READ)) {
            long size = Math.min(file.size(), length);
            if (size < SegmentHeader.BYTES) {
                throw new CorruptionException(path, size, "the file has no segment header");
            }
            MappedFile mapped = keep(file.map(size, Disk.Access.READ));
            return segments.add(number ->
                    new Segment(
                            number,
                            id,
                            sorted,
                            baseSequence,
                            rank,
                            PositionMask.salt(storeId, id),
                            path,
                            mapped));
        } catch (NoSuchFileException e) {
            throw new CorruptionException(path, 0, "the segment is missing");
        }
    }

    /// Has a mapping closed if the opening fails.
    MappedFile keep(MappedFile mapping) {
        mappings.add(mapping);
        return mapping;
    }

    boolean readOnly() {
        return readOnly;
    }

    Disk disk() {
        return disk;
    }

    SegmentTable segments() {
        return segments;
    }

    RunTable runs() {
        return runs;
    }
}
