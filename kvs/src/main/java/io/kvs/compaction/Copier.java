package io.kvs.compaction;

import io.kvs.CorruptionException;
import io.kvs.commit.Catalog;
import io.kvs.compaction.Survivors.Item;
import io.kvs.format.Manifest.Entry;
import io.kvs.format.RecordHeader;
import io.kvs.hint.HintEntry;
import io.kvs.index.KeyHash;
import io.kvs.index.Keydir;
import io.kvs.index.Keydir.Stripe;
import io.kvs.io.Disk;
import io.kvs.segment.LogPointer;
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
    private final Keydir keydir;
    private final KeyHash hash;
    private final int segmentLimitBytes;
    private final List<SortedSegmentWriter> writers = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private final Moves moves = new Moves();
    private long[] tombstoneBytes = new long[4];
    private long copiedValueBytes;

    Copier(
            Disk disk,
            Catalog catalog,
            SegmentTable segments,
            Keydir keydir,
            KeyHash hash,
            int segmentLimitBytes) {
        this.disk = disk;
        this.catalog = catalog;
        this.segments = segments;
        this.keydir = keydir;
        this.hash = hash;
        this.segmentLimitBytes = segmentLimitBytes;
    }

    /// Copies what is kept of `victims` and puts the new files on stable storage. Their names are
    /// not durable yet.
    ///
    /// @throws CorruptionException a record is damaged; its segment is marked
    void copy(List<Segment> victims, KeyRange range) throws IOException {
        List<Segment> others = new ArrayList<>();
        for (Segment segment : segments.all()) {
            if (segment.sealedEnd() > 0 && !victims.contains(segment)) {
                others.add(segment);
            }
        }
        long storeId = catalog.storeId();
        try (KeyGroups groups = new KeyGroups(disk, storeId, victims, range, keydir, hash);
                OlderValues older = new OlderValues(disk, storeId, others)) {
            for (List<Item> group = groups.next(); !group.isEmpty(); group = groups.next()) {
                copyNewest(group, older);
            }
        }
        for (SortedSegmentWriter writer : writers) {
            entries.add(writer.finish());
        }
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
    }

    @Override
    public void close() throws IOException {
        for (SortedSegmentWriter writer : writers) {
            writer.close();
        }
    }

    private void copyNewest(List<Item> group, OlderValues older) throws IOException {
        @Nullable Item tombstone = null;
        for (Item item : group) {
            if (!item.entry().tombstone()) {
                copy(item);
                return;
            }
            if (keydir.stripeOf(item.keyHash()).contains(item.keyHash(), item.pointer())) {
                moves.add(item.keyHash(), item.pointer(), -1);
            }
            if (tombstone == null || item.sequence() > tombstone.sequence()) {
                tombstone = item;
            }
        }
        if (tombstone != null && isNewest(tombstone)) {
            if (older.mayExist(tombstone.entry().key(), tombstone.sequence())) {
                copy(tombstone);
            }
        }
    }

    /// Returns whether no value of the key is stored, so that a tombstone of it may matter.
    private boolean isNewest(Item tombstone) {
        Stripe stripe = keydir.stripeOf(tombstone.keyHash());
        while (true) {
            try {
                long pointer =
                        stripe.find(tombstone.keyHash(), tombstone.entry().key(), segments::hasKey);
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
    private void copy(Item item) throws IOException {
        Segment segment = item.segment();
        HintEntry entry = item.entry();
        byte @Nullable [] value = verified(segment, entry);
        SortedSegmentWriter writer = writer(entry.size());
        long offset = writer.add(entry.key(), value, item.sequence());
        int number = writers.size() - 1;
        if (value == null) {
            if (number >= tombstoneBytes.length) {
                tombstoneBytes = Arrays.copyOf(tombstoneBytes, 2 * number);
            }
            tombstoneBytes[number] += writer.end() - offset;
        } else {
            copiedValueBytes += entry.size();
            long place = LogPointer.of(0, offset) | (long) number << LogPointer.BITS;
            moves.add(item.keyHash(), item.pointer(), place);
        }
    }

    private byte @Nullable [] verified(Segment segment, HintEntry entry) {
        try {
            byte[] value = segment.read(entry.offset(), entry.key());
            if (value == null != entry.tombstone()) {
                throw new IllegalStateException("not the kind of record it should be");
            }
            return value;
        } catch (CorruptionException e) {
            segment.markDamaged();
            throw e;
        } catch (IllegalStateException | InternalError e) {
            segment.markDamaged();
            throw segment.corruption(entry.offset(), "cannot read the record: " + e.getMessage());
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
            long offset = LogPointer.offset(to);
            long pointer = LogPointer.of(segment.number(), offset);
            if (!stripe.replace(keyHash, from, pointer)) {
                segment.addDead(RecordHeader.size(segment.header(offset)));
            }
        } finally {
            stripe.unlock();
        }
    }
}
