package io.kvs.engine;

import io.kvs.CorruptionException;
import io.kvs.StoreIoException;
import io.kvs.StoreStats;
import io.kvs.StoreStats.BufferStats;
import io.kvs.StoreStats.CacheStats;
import io.kvs.VerifyReport;
import io.kvs.blob.Blobs;
import io.kvs.commit.Failure;
import io.kvs.format.BlobReference;
import io.kvs.format.FileNames;
import io.kvs.format.RecordHeader;
import io.kvs.format.SegmentHeader;
import io.kvs.io.Disk;
import io.kvs.marker.EngineMarker;
import io.kvs.recovery.Recovered;
import io.kvs.recovery.Recovery;
import io.kvs.run.Run;
import io.kvs.run.RunCursor;
import io.kvs.segment.RecordCursor;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.SegmentWriter;
import io.kvs.view.View;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;

/// Looks at a store without owning or changing it, also beside a running owner.
///
/// The owner may delete a segment between the reading of the manifest and the opening of the file;
/// then the look starts anew.
public final class Inspector {
    private static final int TRIES = 20;

    private final Disk disk;
    private final RandomGenerator random;
    private final List<CorruptionException> damage = new ArrayList<>();
    private int files;
    private long records;
    private long bytes;

    /// Makes an inspector of a store's directory.
    public Inspector(Disk disk, RandomGenerator random) {
        this.disk = disk;
        this.random = random;
    }

    /// Returns the figures of the store. Those that count since opening are zero.
    ///
    /// @throws StoreIoException there is no store, or it cannot be read
    public StoreStats stats() {
        try (Recovered recovered = recover()) {
            SegmentWriter[] writers = recovered.writers().toArray(new SegmentWriter[0]);
            load(recovered);
            Figures figures = Figures.of(recovered.segments(), writers, disk);
            return new StoreStats(
                    recovered.index().keydir().keyCount(),
                    figures.liveBytes(),
                    figures.deadBytes(),
                    figures.tombstoneBytes(),
                    Figures.diskBytes(disk),
                    recovered.index().keydir().bytes(),
                    figures.reclaimableBytes(),
                    0,
                    0,
                    0,
                    0,
                    0,
                    recovered.dictionaries().compression(),
                    CacheStats.NONE,
                    BufferStats.NONE,
                    figures.segments());
        } catch (IOException e) {
            throw new StoreIoException("cannot read " + disk.path("") + ": " + e.getMessage(), e);
        }
    }

    /// Reads everything that is stored, and reports what is damaged.
    ///
    /// @throws StoreIoException there is no store, or it cannot be read
    public VerifyReport verify() {
        try {
            try (Recovered recovered = recover()) {
                recovered.report().damage().forEach(this::report);
                Blobs blobs = new Blobs(disk, recovered.catalog().storeId());
                for (Segment segment : recovered.segments().all()) {
                    files++;
                    if (segment.sealedEnd() > 0) {
                        verify(segment, blobs);
                    } else {
                        verifyTail(segment, recovered, blobs);
                    }
                }
                for (Run run : recovered.index().runs().all()) {
                    files++;
                    verify(run, recovered.segments());
                }
            }
        } catch (CorruptionException e) {
            report(e);
        }
        return new VerifyReport(files, records, bytes, List.copyOf(damage));
    }

    private Recovered recover() {
        try {
            new EngineMarker(disk).require(EngineMarker.DEFAULT);
            if (!disk.list().contains(FileNames.MANIFEST) && !holdsSegments()) {
                throw new StoreIoException("there is no store in " + disk.path(""), null);
            }
            for (int i = 1; ; i++) {
                try {
                    return Recovery.recover(disk, true, new Failure(), random, Long.MAX_VALUE);
                } catch (CorruptionException | NoSuchFileException e) {
                    if (i == TRIES) {
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            throw new StoreIoException(
                    "cannot read the store in " + disk.path("") + ": " + e.getMessage(), e);
        }
    }

    private boolean holdsSegments() throws IOException {
        boolean found = false;
        for (String name : disk.list()) {
            found |= FileNames.isSegment(name);
        }
        return found;
    }

    private void verify(Segment segment, Blobs blobs) {
        try {
            long end = Math.min(segment.sealedEnd(), segment.memory().byteSize());
            verify(segment, new RecordCursor(segment, 0, end, true), true, blobs);
            bytes += end;
        } catch (InternalError e) {
            report(segment.corruption(0, "the device cannot read it: " + e.getMessage()));
        }
    }

    private void verify(Segment segment, RecordCursor cursor, boolean complete, Blobs blobs) {
        while (cursor.next()) {
            switch (cursor.state()) {
                case WHOLE -> {
                    records++;
                    verifyValue(segment, cursor, blobs);
                }
                case GAP, END -> {}
                case DAMAGED_BATCH -> {
                    report(segment.corruption(cursor.offset(), "batch checksum mismatch"));
                    cursor.enterBatch();
                }
                case DAMAGED ->
                        report(segment.corruption(cursor.offset(), "record checksum mismatch"));
                case GARBAGE -> report(segment.corruption(cursor.offset(), "no whole record here"));
                case UNFINISHED, NOTHING -> {
                    if (complete) {
                        report(segment.corruption(cursor.offset(), "no whole record here"));
                    }
                }
            }
        }
    }

    /// Verifies what the checksum of a record does not: that its value can be decompressed, or its
    /// blob read.
    private void verifyValue(Segment segment, RecordCursor cursor, Blobs blobs) {
        int kind = RecordHeader.kind(cursor.header());
        if (kind == RecordHeader.BLOB || kind == RecordHeader.COMPRESSED) {
            try {
                byte[] key = segment.key(cursor.offset(), cursor.header());
                byte[] stored = Objects.requireNonNull(segment.read(cursor.offset(), key));
                if (kind == RecordHeader.BLOB) {
                    verifyBlob(stored, segment, cursor, blobs);
                }
            } catch (CorruptionException e) {
                report(e);
            }
        }
    }

    private void verifyBlob(byte[] reference, Segment segment, RecordCursor cursor, Blobs blobs) {
        try (InputStream in = blobs.open(BlobReference.decode(reference))) {
            bytes += in.transferTo(OutputStream.nullOutputStream());
            files++;
        } catch (IOException | StoreIoException e) {
            report(segment.corruption(cursor.offset(), "its blob: " + e.getMessage()));
        }
    }

    /// Verifies a segment that is not sealed, up to where its records end. One that the owner is
    /// just writing is not damage.
    private void verifyTail(Segment segment, Recovered recovered, Blobs blobs) {
        long end = SegmentHeader.BYTES;
        for (SegmentWriter writer : recovered.writers()) {
            if (writer.segment().id() == segment.id()) {
                end = writer.tail();
            }
        }
        verify(segment, new RecordCursor(segment, 0, end, false), false, blobs);
        bytes += end;
    }

    /// Verifies a run and that it names the keys of the records that it lists.
    private void verify(Run run, SegmentTable segments) {
        try {
            RunCursor cursor = run.cursor();
            while (cursor.next()) {
                Segment segment = segments.byId(cursor.segmentId(cursor.segmentNumber()));
                if (segment != null && !segment.hasKey(cursor.offset(), cursor.key())) {
                    report(segment.corruption(cursor.offset(), "a run names another key here"));
                }
            }
            bytes += run.bytes();
        } catch (CorruptionException e) {
            report(e);
        } catch (IOException e) {
            report(new CorruptionException(run.path(), 0, "cannot be read: " + e.getMessage()));
        }
    }

    /// Counts what is live and what is stale.
    private void load(Recovered recovered) throws IOException {
        View view = recovered.view();
        while (true) {
            try {
                new Loader(
                                view,
                                recovered.index(),
                                recovered.segments(),
                                () -> false,
                                0,
                                new BlobCensus(recovered.blobs()))
                        .run();
                return;
            } catch (CorruptionException e) {
                if (view.dropRun(e.file()) == null) {
                    throw e;
                }
            }
        }
    }

    private void report(CorruptionException found) {
        for (CorruptionException known : damage) {
            if (known.offset() == found.offset() && known.file().equals(found.file())) {
                return;
            }
        }
        damage.add(found);
    }
}
