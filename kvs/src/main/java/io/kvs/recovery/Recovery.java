package io.kvs.recovery;

import io.kvs.CorruptionException;
import io.kvs.RecoveryReport;
import io.kvs.UnsupportedFormatException;
import io.kvs.commit.Catalog;
import io.kvs.commit.Failure;
import io.kvs.commit.Sealer;
import io.kvs.format.FileNames;
import io.kvs.format.Manifest;
import io.kvs.format.Manifest.Entry;
import io.kvs.format.PositionMask;
import io.kvs.format.RecordHeader;
import io.kvs.format.SegmentHeader;
import io.kvs.hint.HintEntry;
import io.kvs.hint.HintReader;
import io.kvs.index.KeyHash;
import io.kvs.index.Keydir;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import io.kvs.io.MappedFile;
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

/// Opens a store: reads the manifest, maps the segments, fills the keydir from hint files where
/// they cover a segment and from the records where not, and settles the end of the log.
///
/// Sealed segments are complete: what is wrong in them is damage. The segments after them, the
/// tail, are settled by {@link TailReplay}.
public final class Recovery {
    private final Disk disk;
    private final boolean readOnly;
    private final Failure failure;
    private final RandomGenerator random;
    private final SegmentTable segments = new SegmentTable();
    private final Keydir keydir = new Keydir();
    private final KeyHash hash;
    private final HintedKeys hints;
    private final Index index;
    private final Damage damage = new Damage();
    private final List<MappedFile> mappings = new ArrayList<>();
    private @Nullable Segment scanned;
    private long scanFrom;
    private long scanListed;
    private long replayedBytes;
    private int rebuiltHints;

    /// Prepares the opening of a store.
    ///
    /// @param readOnly whether nothing in the directory may be changed, since another process owns
    ///   it
    /// @param failure set if a change of the manifest fails half-way
    /// @param random where the store's id and the seed of the hash come from
    public Recovery(Disk disk, boolean readOnly, Failure failure, RandomGenerator random) {
        this.disk = disk;
        this.readOnly = readOnly;
        this.failure = failure;
        this.random = random;
        this.hash = new KeyHash(random.nextLong());
        this.hints = new HintedKeys(disk);
        this.index = new Index(segments, keydir, hash, hints);
    }

    /// Opens the store; creates it if the directory holds none.
    ///
    /// @throws CorruptionException the damage leaves nothing that could be relied on
    public Recovered run() throws IOException {
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

    private void release() {
        keydir.close();
        mappings.forEach(MappedFile::close);
    }

    private Recovered open() throws IOException {
        Manifest manifest = readManifest();
        hints.setStoreId(manifest.storeId());
        Catalog catalog = new Catalog(disk, failure, manifest);
        if (!readOnly) {
            deleteLeftovers(manifest, catalog);
        }
        List<Entry> tail = new ArrayList<>();
        for (Entry entry : manifest.segments()) {
            if (entry.sealed()) {
                load(manifest.storeId(), entry);
            } else {
                tail.add(entry);
            }
        }
        TailReplay replay = new TailReplay(this, manifest.storeId(), tail, manifest.tailSequence());
        replay.run();
        index.finish();
        if (readOnly) {
            replay.resume();
        } else {
            replay.settle(catalog);
        }
        return new Recovered(
                catalog,
                segments,
                keydir,
                hash,
                replay.writers(),
                replay.nextBase(),
                replay.durable(),
                damage,
                new RecoveryReport(
                        replayedBytes,
                        replay.cutBytes(),
                        replay.gaps(),
                        rebuiltHints,
                        damage.found()));
    }

    private Manifest readManifest() throws IOException {
        byte[] bytes;
        try (DiskFile file = disk.open(FileNames.MANIFEST, Disk.Access.READ)) {
            bytes = new byte[(int) file.size()];
            file.read(0, bytes, 0, bytes.length);
        } catch (NoSuchFileException e) {
            return createManifest();
        }
        Manifest manifest = Manifest.decode(bytes);
        if (manifest == null) {
            String path = disk.path(FileNames.MANIFEST);
            int version = Manifest.version(bytes);
            if (version > Manifest.VERSION && version < 1000) {
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

    private Manifest createManifest() throws IOException {
        for (String name : disk.list()) {
            if (FileNames.isSegment(name)) {
                throw new CorruptionException(
                        disk.path(FileNames.MANIFEST), 0, "missing, although there are segments");
            }
        }
        Manifest manifest = new Manifest(random.nextLong(), 1, 1, List.of());
        if (!readOnly) {
            new Catalog(disk, failure, manifest).change(List.of(), List.of());
        }
        return manifest;
    }

    private void deleteLeftovers(Manifest manifest, Catalog catalog) throws IOException {
        Set<String> named = new HashSet<>();
        for (Entry entry : manifest.segments()) {
            named.add(FileNames.segment(entry.id()));
            named.add(FileNames.hint(entry.id()));
        }
        List<String> leftovers = new ArrayList<>();
        for (String name : disk.list()) {
            if (FileNames.isDisposable(name) && !named.contains(name)) {
                leftovers.add(name);
            }
        }
        if (!leftovers.isEmpty()) {
            // The manifest may have been renamed by a process that was killed before it could sync
            // the
            // directory; what it does not name any more is only deleted when it is there to stay.
            disk.syncDirectory();
            for (String name : leftovers) {
                catalog.skipFileId(FileNames.id(name));
                disk.delete(name);
            }
        }
    }

    private void load(long storeId, Entry entry) throws IOException {
        Segment segment =
                map(storeId, entry.id(), entry.sorted(), entry.baseSequence(), entry.length());
        segment.seal(entry.length());
        index.setSequenceBound(segment, entry.maxSequence());
        if (segment.memory().byteSize() < entry.length()) {
            segment.markDamaged();
            damage.add(
                    segment.corruption(
                            segment.memory().byteSize(),
                            "the file ends here, its records end at " + entry.length()));
        }
        if (loadHint(storeId, segment, entry.length()) != entry.length()) {
            rebuiltHints++;
            scan(segment, entry);
            if (!readOnly) {
                new Sealer(disk, storeId).prepare(segment, entry.length());
            }
        }
    }

    /// Loads the hint file of a segment if it can be relied on.
    ///
    /// @param end where the records end at most
    /// @return up to where the hint file covers the segment; the header's end if it is of no use
    long loadHint(long storeId, Segment segment, long end) throws IOException {
        try (HintReader reader = HintReader.open(disk, storeId, segment.id(), segment.sorted())) {
            long covered = reader.covered();
            if (covered > end) {
                return SegmentHeader.BYTES;
            }
            long listed = 0;
            for (HintEntry entry = reader.next(); entry != null; entry = reader.next()) {
                index.add(segment, entry.offset(), entry.key(), entry.tombstone(), entry.size());
                listed += entry.size();
            }
            segment.addDead(covered - SegmentHeader.BYTES - listed);
            return covered;
        } catch (NoSuchFileException | CorruptionException e) {
            return SegmentHeader.BYTES;
        }
    }

    private void scan(Segment segment, Entry entry) {
        long end = Math.min(segment.memory().byteSize(), entry.length());
        RecordCursor cursor = new RecordCursor(segment, 0, end, true);
        startScan(segment, SegmentHeader.BYTES);
        while (cursor.next()) {
            take(segment, cursor, entry.maxSequence());
        }
        endScan(end);
        if (end < entry.length()) {
            damage.addUndecided(
                    segment.corruption(end, "records are missing"), entry.maxSequence());
        }
    }

    /// Starts to count what is read record by record.
    void startScan(Segment segment, long from) {
        scanned = segment;
        scanFrom = from;
        scanListed = 0;
    }

    /// Ends the count: what is neither value nor tombstone is dead.
    void endScan(long end) {
        Segment segment = scanned;
        if (segment != null) {
            segment.addDead(end - scanFrom - scanListed);
            replayedBytes += end - scanFrom;
        }
    }

    /// Takes the record at the cursor into account; damage where there is damage.
    ///
    /// @param maxSequence no record of the segment has a larger sequence number
    void take(Segment segment, RecordCursor cursor, long maxSequence) {
        long offset = cursor.offset();
        switch (cursor.state()) {
            case WHOLE -> add(segment, cursor);
            case DAMAGED -> {
                segment.markDamaged();
                damage.add(segment.corruption(offset, "record checksum mismatch"));
                add(segment, cursor);
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

    private void add(Segment segment, RecordCursor cursor) {
        long header = cursor.header();
        scanListed += cursor.size();
        index.add(
                segment,
                cursor.offset(),
                segment.key(cursor.offset(), header),
                RecordHeader.kind(header) == RecordHeader.TOMBSTONE,
                cursor.size());
    }

    /// Has damage reported that costs nothing.
    void report(CorruptionException found) {
        damage.add(found);
    }

    /// Maps a segment; a file that is too short is mapped as far as it goes.
    Segment map(long storeId, long id, boolean sorted, long baseSequence, long length)
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
}
