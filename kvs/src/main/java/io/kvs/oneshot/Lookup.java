package io.kvs.oneshot;

import io.kvs.format.FileNames;
import io.kvs.format.Manifest;
import io.kvs.format.Manifest.Entry;
import io.kvs.format.PositionMask;
import io.kvs.format.SegmentHeader;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import io.kvs.run.Covered;
import io.kvs.run.Run;
import io.kvs.run.RunEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks one key up in the runs that the manifest names.
final class Lookup implements AutoCloseable {
    private final Disk disk;
    private final Manifest manifest;
    private final byte[] key;
    private final List<Run> runs = new ArrayList<>();

    /// Opens the runs.
    ///
    /// @throws NotSimpleException they do not list every record of the sealed segments
    Lookup(Disk disk, Manifest manifest, byte[] key) throws IOException, NotSimpleException {
        this.disk = disk;
        this.manifest = manifest;
        this.key = key;
        try {
            for (long id : manifest.runs()) {
                runs.add(Run.open(disk, manifest.storeId(), id));
            }
            for (Entry entry : manifest.segments()) {
                if (entry.sealed() && listedEnd(entry.id()) != entry.length()) {
                    throw new NotSimpleException("no run lists all of a segment");
                }
            }
        } catch (IOException | RuntimeException | NotSimpleException e) {
            close();
            throw e;
        }
    }

    /// Returns up to where runs list every record of a segment.
    long listedEnd(long segmentId) {
        long end = SegmentHeader.BYTES;
        long before;
        do {
            before = end;
            for (Run run : runs) {
                for (Covered covered : run.covered()) {
                    if (covered.segmentId() == segmentId && covered.from() <= end) {
                        end = Math.max(end, covered.to());
                    }
                }
            }
        } while (end > before);
        return end;
    }

    /// Returns the newest record of the key that a run lists, or null.
    @Nullable Found find() throws IOException, NotSimpleException {
        RunEntry newest = null;
        Entry newestSegment = null;
        for (Run run : runs) {
            for (RunEntry entry : run.find(key)) {
                Entry segment = segment(entry.segmentId());
                if (segment != null && isNewer(segment, entry, newestSegment, newest)) {
                    newest = entry;
                    newestSegment = segment;
                }
            }
        }
        return newest == null || newestSegment == null ? null : read(newestSegment, newest);
    }

    @Override
    public void close() {
        for (Run run : runs) {
            run.close();
        }
    }

    private @Nullable Entry segment(long id) {
        for (Entry entry : manifest.segments()) {
            if (entry.id() == id) {
                return entry;
            }
        }
        return null;
    }

    /// Compares two records of the key as {@link io.kvs.segment.Place#isNewerThan} does.
    private boolean isNewer(
            Entry segment, RunEntry entry, @Nullable Entry otherSegment, @Nullable RunEntry other) {
        if (otherSegment == null || other == null) {
            return true;
        }
        long rank = rank(segment);
        long otherRank = rank(otherSegment);
        if (rank != otherRank) {
            return rank > otherRank;
        }
        return segment.id() == otherSegment.id()
                ? entry.offset() > other.offset()
                : segment.id() > otherSegment.id();
    }

    private long rank(Entry segment) {
        return segment.sorted() ? segment.rank() : Manifest.rankOfLog(base(segment));
    }

    /// Returns the sequence number of offset 0. The only segment that is not sealed begins where
    /// the log before it ends.
    private long base(Entry segment) {
        return segment.sealed() ? segment.baseSequence() : manifest.tailSequence();
    }

    /// Reads and verifies a record of the key.
    private Found read(Entry segment, RunEntry entry) throws IOException, NotSimpleException {
        byte[] bytes = new byte[Math.toIntExact(entry.size(segment.sorted()))];
        try (DiskFile file = disk.open(FileNames.segment(segment.id()), Disk.Access.READ)) {
            if (file.read(entry.offset(), bytes, 0, bytes.length) < bytes.length) {
                throw new NotSimpleException("a segment is too short");
            }
        }
        long salt = PositionMask.salt(manifest.storeId(), segment.id());
        HeapRecords records = new HeapRecords(bytes, entry.offset(), salt);
        long header = records.header(entry.offset());
        if (!records.isWhole(entry.offset(), header)
                || !records.hasKey(entry.offset(), header, key)) {
            throw new NotSimpleException("a record is damaged");
        }
        return records.found(entry.offset(), header, base(segment));
    }
}
