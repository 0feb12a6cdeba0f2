package io.kvs.recovery;

import io.kvs.CorruptionException;
import io.kvs.RecoveryReport;
import io.kvs.commit.Catalog;
import io.kvs.commit.Catalog.Change;
import io.kvs.commit.Failure;
import io.kvs.compression.Dictionaries;
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
import io.kvs.run.DamagedRunException;
import io.kvs.run.Run;
import io.kvs.run.RunTable;
import io.kvs.segment.RecordCursor;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

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
    private @Nullable Dictionaries dictionaries;
    private boolean unlistedFound;
    private long replayedBytes;

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
        if (dictionaries != null) {
            dictionaries.close();
        }
    }

    private Recovered open() throws IOException {
        List<String> names = disk.list();
        Manifest manifest = new ManifestFile(disk, damage).read(names, random);
        runs.setStoreId(manifest.storeId());
        Catalog catalog = new Catalog(disk, failure, manifest);
        if (!readOnly && !names.contains(FileNames.MANIFEST)) {
            catalog.change(Change.of(List.of(), List.of()));
        }
        Leftovers leftovers = new Leftovers(disk, readOnly);
        deleteLeftovers(names, manifest, catalog, leftovers);
        Dictionaries dictionaries = new Dictionaries(disk, manifest.storeId());
        this.dictionaries = dictionaries;
        if (manifest.dictionary() != 0) {
            dictionaries.setCurrent(dictionaries.load(manifest.dictionary(), damage::add));
        }
        List<Entry> unsealed = new ArrayList<>();
        for (Entry entry : manifest.segments()) {
            if (entry.sealed()) {
                load(manifest.storeId(), entry, dictionaries);
            } else {
                unsealed.add(entry);
            }
        }
        RunRecovery runRecovery =
                new RunRecovery(disk, readOnly, catalog, runs, damagedRuns, opened, leftovers);
        runRecovery.open();
        for (Entry entry : manifest.segments()) {
            Segment segment = entry.sealed() ? segments.byId(entry.id()) : null;
            if (segment != null && !runRecovery.list(segment, entry)) {
                scan(segment, entry);
            }
        }
        segments.all().forEach(runs::check);
        List<Run> parts = runRecovery.parts(names);
        Tail tail =
                new TailReplay(this, catalog.storeId(), unsealed, manifest.tailSequence(), parts)
                        .run();
        runRecovery.dropUnused(parts);
        TailSettlement settlement = new TailSettlement(this, tail);
        if (readOnly) {
            settlement.resume();
        } else {
            settlement.settle(catalog);
        }
        return new Recovered(
                catalog,
                segments,
                index,
                settlement.writers(),
                tail.nextBase(),
                settlement.durable(),
                damage,
                dictionaries,
                blobs(names),
                new RecoveryReport(
                        replayedBytes + runRecovery.rebuiltBytes(),
                        tail.cutBytes(),
                        tail.gaps(),
                        runRecovery.rebuilt(),
                        damage.found()));
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

    /// Deletes what interrupted steps have left, except for runs, which {@link RunRecovery} deals
    /// with, and blobs.
    private void deleteLeftovers(
            List<String> names, Manifest manifest, Catalog catalog, Leftovers leftovers)
            throws IOException {
        Set<String> named = new HashSet<>();
        for (Entry entry : manifest.segments()) {
            named.add(FileNames.segment(entry.id()));
            named.add(FileNames.dictionary(entry.dictionary()));
        }
        named.add(FileNames.dictionary(manifest.dictionary()));
        for (String name : names) {
            catalog.skipFileId(FileNames.id(name));
            if (FileNames.isDisposable(name) && !FileNames.isRun(name) && !named.contains(name)) {
                leftovers.delete(name);
            }
        }
    }

    private void load(long storeId, Entry entry, Dictionaries dictionaries) throws IOException {
        Segment segment =
                map(
                        storeId,
                        entry.id(),
                        entry.sorted(),
                        entry.baseSequence(),
                        entry.rank(),
                        entry.length());
        segment.seal(entry);
        if (entry.dictionary() != 0) {
            segment.setDictionary(dictionaries.load(entry.dictionary(), damage::add));
        }
        if (segment.memory().byteSize() < entry.length()) {
            segment.markDamaged();
            damage.add(
                    segment.corruption(
                            segment.memory().byteSize(),
                            "the file ends here, its records end at " + entry.length()));
        }
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
