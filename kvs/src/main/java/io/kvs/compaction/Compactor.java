package io.kvs.compaction;

import io.kvs.CorruptionException;
import io.kvs.commit.Catalog;
import io.kvs.commit.Failure;
import io.kvs.commit.GroupCommit;
import io.kvs.compaction.Survivors.Item;
import io.kvs.format.FileNames;
import io.kvs.format.Manifest.Entry;
import io.kvs.format.RecordHeader;
import io.kvs.format.SegmentHeader;
import io.kvs.hint.HintEntry;
import io.kvs.index.KeyHash;
import io.kvs.index.Keydir;
import io.kvs.index.Keydir.Records;
import io.kvs.index.Keydir.Stripe;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import io.kvs.io.MappedFile;
import io.kvs.segment.LogPointer;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.Words;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Moves the live records of some segments into new, sorted ones and deletes the old ones.
///
/// The order of the steps makes a crash harmless at each of them:
///
/// 1. copy the live records, in key order, and put the new files on stable storage;
/// 2. sync the log: a record that was found stale is so because of a newer one, which must not be
///    lost to a power cut after the stale one has gone;
/// 3. replace the manifest: this is the moment at which the compaction happens;
/// 4. point the keydir at the copies, unless a writer was faster;
/// 5. retire the old segments: readers that are inside look their key up again; delete the files.
///
/// A tombstone is copied as long as a segment that stays may hold an older value of its key.
/// Whether that changes depends on stale values being dropped; the *generation* of the store counts
/// how often that happened, and a segment remembers in which generation its tombstones were last
/// found needed.
public final class Compactor {
    private static final int BATCH_MOVES = 64;

    private final Disk disk;
    private final Catalog catalog;
    private final SegmentTable segments;
    private final Keydir keydir;
    private final KeyHash hash;
    private final GroupCommit commit;
    private final Failure failure;
    private final int segmentLimitBytes;
    private final Records records = new LogRecords();
    private final AtomicLong generation = new AtomicLong();
    private final AtomicLong writtenBytes = new AtomicLong();

    /// Makes a compactor for an open store.
    public Compactor(
            Disk disk,
            Catalog catalog,
            SegmentTable segments,
            Keydir keydir,
            KeyHash hash,
            GroupCommit commit,
            Failure failure,
            int segmentLimitBytes) {
        this.disk = disk;
        this.catalog = catalog;
        this.segments = segments;
        this.keydir = keydir;
        this.hash = hash;
        this.commit = commit;
        this.failure = failure;
        this.segmentLimitBytes = segmentLimitBytes;
    }

    /// Returns how often stale values have been dropped.
    public long generation() {
        return generation.get();
    }

    /// Returns the bytes of records copied so far.
    public long writtenBytes() {
        return writtenBytes.get();
    }

    /// Compacts sealed segments. Not to be called by two threads at once.
    ///
    /// @throws CorruptionException a record is damaged; its segment is marked and nothing has
    ///   changed
    /// @throws IOException nothing has changed, unless the store has failed
    public void run(List<Segment> victims) throws IOException {
        // A writer may have appended to a victim just before it was ended, and not yet pointed the
        // keydir at its record: such a record must not be taken for a stale one.
        keydir.awaitWriters();
        Outputs outputs = new Outputs();
        List<Segment> opened = new ArrayList<>();
        boolean done = false;
        try {
            copyLive(victims, outputs);
            List<Entry> entries = outputs.finish();
            for (int i = 0; i < entries.size(); i++) {
                opened.add(open(entries.get(i), outputs.writers.get(i)));
            }
            commit.syncAll();
            catalog.change(entries, victims.stream().map(Segment::id).toList());
            done = true;
        } finally {
            if (!done) {
                undo(opened, outputs);
            }
        }
        publish(opened, outputs, victims);
    }

    /// Removes the outputs of a compaction that did not come about, unless it is uncertain whether
    /// the manifest names them: then the next open decides.
    private void undo(List<Segment> opened, Outputs outputs) throws IOException {
        for (Segment segment : opened) {
            segments.remove(segment);
            segment.file().close();
        }
        outputs.close();
        if (!failure.isSet()) {
            outputs.discard();
        }
    }

    private void copyLive(List<Segment> victims, Outputs outputs) throws IOException {
        List<Segment> others = new ArrayList<>();
        for (Segment segment : segments.all()) {
            if (segment.sealedEnd() > 0 && !victims.contains(segment)) {
                others.add(segment);
            }
        }
        long storeId = catalog.storeId();
        try (KeyGroups groups = new KeyGroups(disk, storeId, victims, keydir, hash);
                OlderValues older = new OlderValues(disk, storeId, others)) {
            for (List<Item> group = groups.next(); !group.isEmpty(); group = groups.next()) {
                copyNewest(group, older, outputs);
            }
        }
    }

    private void copyNewest(List<Item> group, OlderValues older, Outputs outputs)
            throws IOException {
        @Nullable Item tombstone = null;
        for (Item item : group) {
            if (!item.entry().tombstone()) {
                outputs.copy(item);
                return;
            }
            if (keydir.stripeOf(item.keyHash()).contains(item.keyHash(), item.pointer())) {
                outputs.moves.add(item.keyHash(), item.pointer(), -1);
            }
            if (tombstone == null || item.sequence() > tombstone.sequence()) {
                tombstone = item;
            }
        }
        if (tombstone != null && isNewest(tombstone)) {
            if (older.mayExist(tombstone.entry().key(), tombstone.sequence())) {
                outputs.copy(tombstone);
            }
        }
    }

    /// Returns whether no value of the key is stored, so that a tombstone of it may matter.
    private boolean isNewest(Item tombstone) {
        Stripe stripe = keydir.stripeOf(tombstone.keyHash());
        while (true) {
            try {
                long pointer = stripe.find(tombstone.keyHash(), tombstone.entry().key(), records);
                return pointer < 0
                        || RecordHeader.kind(
                                        segments.of(pointer).header(LogPointer.offset(pointer)))
                                == RecordHeader.TOMBSTONE;
            } catch (IllegalStateException e) {
                Thread.onSpinWait(); // A segment was replaced by a larger mapping: look again.
            }
        }
    }

    private Segment open(Entry entry, SortedSegmentWriter writer) throws IOException {
        String name = FileNames.segment(entry.id());
        MappedFile mapped;
        try (DiskFile file = disk.open(name, Disk.Access.READ)) {
            mapped = file.map(entry.length(), Disk.Access.READ);
        }
        Segment segment =
                segments.add(number ->
                        new Segment(
                                number,
                                entry.id(),
                                true,
                                entry.baseSequence(),
                                writer.salt(),
                                disk.path(name),
                                mapped));
        segment.seal(entry.length());
        return segment;
    }

    private void publish(List<Segment> opened, Outputs outputs, List<Segment> victims)
            throws IOException {
        Moves moves = outputs.moves;
        for (int i = 0; i < moves.count(); i++) {
            if (i % BATCH_MOVES == 0) {
                touch(moves, i, Math.min(i + BATCH_MOVES, moves.count()));
            }
            move(moves.keyHash(i), moves.from(i), moves.to(i), opened);
        }
        boolean droppedValues = outputs.copiedValueBytes < valueBytes(victims);
        long now = droppedValues ? generation.incrementAndGet() : generation.get();
        for (Segment segment : opened) {
            segment.addTombstone(outputs.tombstoneBytes[opened.indexOf(segment)]);
            segment.setCheckedGeneration(now);
            writtenBytes.getAndAdd(segment.sealedEnd());
        }
        for (Segment victim : victims) {
            segments.remove(victim);
            victim.file().close();
            disk.delete(FileNames.segment(victim.id()));
            disk.delete(FileNames.hint(victim.id()));
        }
    }

    private void touch(Moves moves, int from, int to) {
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

    private static long valueBytes(List<Segment> victims) {
        long bytes = 0;
        for (Segment victim : victims) {
            bytes += victim.sealedEnd() - SegmentHeader.BYTES - victim.tombstoneBytes();
        }
        return bytes;
    }

    private final class LogRecords implements Records {
        @Override
        public boolean hasKey(long pointer, byte[] key) {
            return segments.of(pointer).hasKey(LogPointer.offset(pointer), key);
        }

        @Override
        public void verify(long pointer) {}
    }

    /// The new segments of one compaction.
    private final class Outputs {
        private final List<SortedSegmentWriter> writers = new ArrayList<>();
        private final Moves moves = new Moves();
        private long[] tombstoneBytes = new long[4];
        private long copiedValueBytes;

        /// Copies a record. The move notes its new place as the number of the output, above the
        /// bits of a pointer, and the offset in it.
        void copy(Item item) throws IOException {
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
                throw segment.corruption(
                        entry.offset(), "cannot read the record: " + e.getMessage());
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

        List<Entry> finish() throws IOException {
            List<Entry> entries = new ArrayList<>();
            for (SortedSegmentWriter writer : writers) {
                entries.add(writer.finish());
            }
            if (!entries.isEmpty()) {
                disk.syncDirectory();
            }
            return entries;
        }

        void close() throws IOException {
            for (SortedSegmentWriter writer : writers) {
                writer.close();
            }
        }

        void discard() throws IOException {
            for (SortedSegmentWriter writer : writers) {
                writer.discard();
            }
        }
    }
}
