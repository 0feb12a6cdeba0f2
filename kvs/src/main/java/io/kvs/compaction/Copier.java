package io.kvs.compaction;

import io.kvs.CorruptionException;
import io.kvs.commit.Catalog;
import io.kvs.format.FileNames;
import io.kvs.format.Manifest.Entry;
import io.kvs.format.RecordHeader;
import io.kvs.format.SegmentHeader;
import io.kvs.index.Index;
import io.kvs.index.Keydir;
import io.kvs.index.Keydir.Stripe;
import io.kvs.io.Disk;
import io.kvs.run.Covered;
import io.kvs.run.RunWriter;
import io.kvs.segment.LogPointer;
import io.kvs.segment.Place;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.Words;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Copies what a compaction keeps of a range of keys, in key order, into new sorted segments; later
/// points the keydir at the copies. Several copiers of different ranges may work at once.
final class Copier implements AutoCloseable {
    private static final int BATCH_MOVES = 64;

    private final Disk disk;
    private final Catalog catalog;
    private final SegmentTable segments;
    private final Index index;
    private final Keydir keydir;
    private final int segmentLimitBytes;
    private final long rank;
    private @Nullable RunWriter run;
    private long runId;
    private final List<SortedSegmentWriter> writers = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private final Moves moves = new Moves();
    private long[] tombstoneBytes = new long[4];
    private long copiedValueBytes;

    Copier(
            Disk disk,
            Catalog catalog,
            SegmentTable segments,
            Index index,
            int segmentLimitBytes,
            long rank) {
        this.disk = disk;
        this.catalog = catalog;
        this.segments = segments;
        this.index = index;
        this.keydir = index.keydir();
        this.segmentLimitBytes = segmentLimitBytes;
        this.rank = rank;
    }

    /// Copies what is kept of `victims` and puts the new files on stable storage. Their names are
    /// not durable yet.
    ///
    /// @throws CorruptionException a record is damaged; its segment is marked
    void copy(List<Survivors> victims, KeyRange range) throws IOException {
        KeyGroups groups = new KeyGroups(victims, range);
        OlderValues older = new OlderValues(segments, index.runs(), victims);
        for (List<Survivor> group = groups.next(); !group.isEmpty(); group = groups.next()) {
            copyNewest(group, older);
        }
        List<Covered> covered = new ArrayList<>();
        for (SortedSegmentWriter writer : writers) {
            covered.add(new Covered(writer.id(), SegmentHeader.BYTES, writer.end(), 0));
            entries.add(writer.finish(rank));
        }
        if (run != null) {
            run.finish(covered, true);
        }
    }

    /// Returns the ids of the runs of the new segments: one, or none if nothing was copied.
    List<Long> runs() {
        return run == null ? List.of() : List.of(runId);
    }

    /// Returns what the manifest is to say of the new segments.
    List<Entry> entries() {
        return entries;
    }

    /// Returns the salt of a new segment.
    long salt(int number) {
        return writers.get(number).salt();
    }

    /// Returns the bytes of the values copied, as they were in the victims.
    long copiedValueBytes() {
        return copiedValueBytes;
    }

    /// Returns the bytes of tombstones in a new segment.
    long tombstoneBytes(int number) {
        return tombstoneBytes[number];
    }

    /// Points the keydir at the copies, except for keys that were written meanwhile.
    ///
    /// @param opened the new segments
    void publish(List<Segment> opened) {
        for (int i = 0; i < moves.count(); i++) {
            if (i % BATCH_MOVES == 0) {
                touch(i, Math.min(i + BATCH_MOVES, moves.count()));
            }
            move(moves.keyHash(i), moves.from(i), moves.to(i), opened);
        }
    }

    /// Removes the new files after a failure. They must be closed.
    void discard() throws IOException {
        for (SortedSegmentWriter writer : writers) {
            writer.discard();
        }
        for (String name : run == null ? List.<String>of() : List.of(FileNames.run(runId))) {
            disk.delete(name);
            disk.delete(FileNames.temporary(name));
        }
    }

    @Override
    public void close() throws IOException {
        for (SortedSegmentWriter writer : writers) {
            writer.close();
        }
        if (run != null) {
            run.close();
        }
    }

    private void copyNewest(List<Survivor> group, OlderValues older) throws IOException {
        long keyHash = index.hash(group.getFirst().key());
        @Nullable Survivor tombstone = null;
        for (Survivor survivor : group) {
            if (!survivor.isTombstone()) {
                copy(survivor, keyHash);
                return;
            }
            if (tombstone == null || survivor.sequence() > tombstone.sequence()) {
                tombstone = survivor;
            }
        }
        if (tombstone != null && isNewest(tombstone, keyHash)) {
            if (older.mayExist(tombstone.key(), tombstone.segment().rank())) {
                copy(tombstone, keyHash);
            } else {
                moves.add(keyHash, tombstone.pointer(), -1);
            }
        }
    }

    /// Returns whether no value of the key is stored, so that a tombstone of it may matter.
    private boolean isNewest(Survivor tombstone, long keyHash) {
        while (true) {
            try {
                long pointer = index.find(keyHash, tombstone.key(), segments::hasKey);
                return pointer < 0
                        || RecordHeader.kind(
                                        segments.of(pointer).header(LogPointer.offset(pointer)))
                                == RecordHeader.TOMBSTONE;
            } catch (IllegalStateException e) {
                Thread.onSpinWait(); // A segment was replaced by a larger mapping: look again.
            }
        }
    }

    /// Copies a record. The move notes its new place as the number of the new segment, above the
    /// bits of a pointer, and the offset in it.
    private void copy(Survivor survivor, long keyHash) throws IOException {
        byte @Nullable [] value = verified(survivor);
        SortedSegmentWriter writer = writer(survivor.size());
        long offset = writer.add(survivor.key(), value, survivor.sequence());
        int number = writers.size() - 1;
        int valueLength = value == null ? 0 : value.length;
        runWriter().add(survivor.key(), number, offset, valueLength, value == null);
        if (value == null) {
            if (number >= tombstoneBytes.length) {
                tombstoneBytes = Arrays.copyOf(tombstoneBytes, 2 * number);
            }
            tombstoneBytes[number] += writer.end() - offset;
        } else {
            copiedValueBytes += survivor.size();
        }
        long place = LogPointer.of(0, offset) | (long) number << LogPointer.BITS;
        moves.add(keyHash, survivor.pointer(), place);
    }

    private RunWriter runWriter() throws IOException {
        RunWriter writer = run;
        if (writer == null) {
            runId = catalog.newFileId();
            writer = new RunWriter(disk, catalog.storeId(), runId);
            run = writer;
        }
        return writer;
    }

    private static byte @Nullable [] verified(Survivor survivor) {
        Segment segment = survivor.segment();
        try {
            byte[] value = segment.read(survivor.offset(), survivor.key());
            if (value == null != survivor.isTombstone()) {
                throw new IllegalStateException("not the kind of record it should be");
            }
            return value;
        } catch (CorruptionException e) {
            segment.markDamaged();
            throw e;
        } catch (IllegalStateException | InternalError e) {
            segment.markDamaged();
            throw segment.corruption(
                    survivor.offset(), "cannot read the record: " + e.getMessage());
        }
    }

    private SortedSegmentWriter writer(long recordBytes) throws IOException {
        if (writers.isEmpty()
                || writers.getLast().end() + recordBytes + RecordHeader.SEQUENCE_BYTES
                        > segmentLimitBytes) {
            writers.add(new SortedSegmentWriter(disk, catalog.storeId(), catalog.newFileId()));
        }
        return writers.getLast();
    }

    private void touch(int from, int to) {
        long words = 0;
        for (int i = from; i < to; i++) {
            words += keydir.stripeOf(moves.keyHash(i)).touch(moves.keyHash(i));
        }
        Words.keep(words);
    }

    private void move(long keyHash, long from, long to, List<Segment> opened) {
        Stripe stripe = keydir.stripeOf(keyHash);
        stripe.lock();
        try {
            if (to < 0) {
                stripe.remove(keyHash, from);
                return;
            }
            Segment segment = opened.get((int) (to >>> LogPointer.BITS));
            Place place = new Place(segment, LogPointer.offset(to));
            if (!stripe.replace(keyHash, from, place.pointer()) && isSuperseded(keyHash, place)) {
                segment.addDead(RecordHeader.size(place.header()));
            }
        } finally {
            stripe.unlock();
        }
    }

    /// Returns whether a copy that the keydir does not point at is a value that somebody has
    /// overwritten or removed meanwhile. In a keydir that is not complete its key may just not be.
    private boolean isSuperseded(long keyHash, Place copy) {
        if (RecordHeader.kind(copy.header()) == RecordHeader.TOMBSTONE) {
            return false;
        }
        byte[] key = copy.segment().key(copy.offset(), copy.header());
        return index.isComplete()
                || keydir.stripeOf(keyHash).find(keyHash, key, segments::hasKey) >= 0;
    }
}
