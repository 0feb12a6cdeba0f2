package io.kvs.compaction;

import io.kvs.CorruptionException;
import io.kvs.StoreClosedException;
import io.kvs.commit.Catalog;
import io.kvs.compression.Dictionary;
import io.kvs.format.BlobReference;
import io.kvs.format.FileNames;
import io.kvs.format.Manifest.Entry;
import io.kvs.format.RecordHeader;
import io.kvs.format.SegmentHeader;
import io.kvs.index.Index;
import io.kvs.index.Keydir;
import io.kvs.index.Keydir.Stripe;
import io.kvs.io.Disk;
import io.kvs.io.Pace;
import io.kvs.run.Covered;
import io.kvs.run.DamagedRunException;
import io.kvs.run.KeyBuffer;
import io.kvs.run.RunWriter;
import io.kvs.segment.Expiries;
import io.kvs.segment.LogPointer;
import io.kvs.segment.Place;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.Words;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
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
    private final long nowMillis;
    private final @Nullable Dictionary dictionary;
    private final Pace pace;
    private final BooleanSupplier givenUp;
    private @Nullable RunWriter run;
    private long runId;
    private final List<SortedSegmentWriter> writers = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private final Moves moves = new Moves();
    private final Map<Integer, Expiries> expiries = new HashMap<>();
    private long[] tombstoneBytes = new long[4];
    private final List<BlobReference> blobs = new ArrayList<>();
    private long copiedValueBytes;

    /// The hash of the present key.
    private long keyHash;

    /// Whether the present key has a value.
    private boolean hasValue;

    /// The newest tombstone of the present key, as far as it was met.
    private @Nullable Survivor newestTombstone;

    /// Makes one.
    ///
    /// @param rank the rank of the new segments
    /// @param nowMillis the time at which values have expired or not
    /// @param dictionary what to compress values with, or null
    /// @param pace told of what is written
    /// @param givenUp tells whether the store is being closed, and nobody waits for this
    Copier(
            Disk disk,
            Catalog catalog,
            SegmentTable segments,
            Index index,
            int segmentLimitBytes,
            long rank,
            long nowMillis,
            @Nullable Dictionary dictionary,
            Pace pace,
            BooleanSupplier givenUp) {
        this.pace = pace;
        this.givenUp = givenUp;
        this.nowMillis = nowMillis;
        this.dictionary = dictionary;
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
    /// @throws StoreClosedException it was given up
    void copy(List<Survivors> victims, KeyRange range) throws IOException {
        SurvivorMerge merge = new SurvivorMerge(victims, range);
        OlderValues older = new OlderValues(segments, index.runs(), victims);
        while (merge.next()) {
            if (givenUp.getAsBoolean()) {
                throw new StoreClosedException();
            }
            if (merge.isNewKey()) {
                endKey(older);
                keyHash = index.hash(merge.key().bytes(), merge.key().length());
            }
            take(merge, older);
        }
        endKey(older);
        List<Covered> covered = new ArrayList<>();
        for (SortedSegmentWriter writer : writers) {
            covered.add(new Covered(writer.id(), SegmentHeader.BYTES, writer.end(), 0));
            entries.add(writer.finish(rank, dictionary == null ? 0 : dictionary.id()));
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

    /// Returns the blobs that the copies refer to.
    List<BlobReference> blobs() {
        return blobs;
    }

    /// Returns the bytes of the values copied, as they were in the victims.
    long copiedValueBytes() {
        return copiedValueBytes;
    }

    /// Returns the bytes of tombstones in a new segment.
    long tombstoneBytes(int number) {
        return number < tombstoneBytes.length ? tombstoneBytes[number] : 0;
    }

    /// Returns when the values in a new segment expire, or null if none does.
    @Nullable Expiries expiries(int number) {
        return expiries.get(number);
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

    /// Takes a record of the present key: copies a value, and remembers a tombstone until it is
    /// known whether there is a value, which is newer.
    private void take(SurvivorMerge merge, OlderValues older) throws IOException {
        SurvivorReader record = merge.record();
        if (hasValue) {
            return;
        }
        if (record.isTombstone()) {
            Survivor found = record.survivor();
            Survivor newest = newestTombstone;
            boolean newer = newest == null || found.sequence() > newest.sequence();
            newestTombstone = newer ? found : newest;
            return;
        }
        hasValue = true;
        if (isExpired(record)) {
            drop(record.survivor(), older);
        } else if (isCopiedAsItIs(record)) {
            copy(record, merge.key());
        } else {
            copy(record.survivor());
        }
    }

    /// Copies or drops the newest tombstone of the present key, if that has no value.
    private void endKey(OlderValues older) throws IOException {
        Survivor tombstone = newestTombstone;
        if (!hasValue && tombstone != null) {
            endRemoved(tombstone, older);
        }
        newestTombstone = null;
        hasValue = false;
    }

    private void endRemoved(Survivor tombstone, OlderValues older) throws IOException {
        if (isNewest(tombstone)) {
            if (older.mayExist(tombstone.key(), tombstone.segment().rank())) {
                copy(tombstone);
            } else {
                moves.add(keyHash, tombstone.pointer(), Moves.DROPPED_TOMBSTONE);
            }
        }
    }

    private boolean isExpired(SurvivorReader record) {
        try {
            return record.segment().isExpired(record.offset(), record.header(), nowMillis);
        } catch (InternalError e) {
            throw Survivor.damaged(record.segment(), record.offset(), e);
        }
    }

    /// Drops an expired value. If an older one of its key may exist, a tombstone takes its place,
    /// with its sequence number: it must not come back.
    ///
    /// The keydir is not pointed at that tombstone: a snapshot that was taken before the value
    /// expired is to find the value, which is just as old, in the segments that it keeps.
    private void drop(Survivor expired, OlderValues older) throws IOException {
        if (older.mayExist(expired.key(), expired.segment().rank())) {
            add(expired, null, RecordHeader.NEVER, RecordHeader.TOMBSTONE);
        }
        moves.add(keyHash, expired.pointer(), Moves.DROPPED_VALUE);
    }

    /// Returns whether no value of the key is stored, so that a tombstone of it may matter.
    private boolean isNewest(Survivor tombstone) {
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

    /// Returns whether a record holds its value, not too large, as it is to be in the copy.
    private boolean isCopiedAsItIs(SurvivorReader record) {
        int kind = RecordHeader.kind(record.header());
        return kind != RecordHeader.BLOB
                && !isToCompress(record.segment(), kind)
                && RecordHeader.size(record.header()) <= SortedSegmentWriter.COPIED_BYTES_MAX;
    }

    /// Copies the record of a value as it is.
    private void copy(SurvivorReader record, KeyBuffer key) throws IOException {
        Segment segment = record.segment();
        long header = record.header();
        SortedSegmentWriter writer = writer(RecordHeader.size(header));
        long offset;
        try {
            offset = writer.copy(segment, record.offset(), header, key);
        } catch (CorruptionException | IllegalStateException | InternalError e) {
            throw Survivor.damaged(segment, record.offset(), e);
        }
        boolean expiring = RecordHeader.has(header, RecordHeader.EXPIRING);
        int valueLength = RecordHeader.valueLength(header);
        list(key.bytes(), key.length(), offset, valueLength, false, expiring);
        long expiryMillis = segment.expiry(record.offset(), header);
        addMove(record.pointer(), RecordHeader.size(header), offset, expiryMillis);
    }

    /// Copies a record that is read first.
    private void copy(Survivor survivor) throws IOException {
        byte @Nullable [] value = verified(survivor);
        long expiryMillis = survivor.expiryMillis();
        int kind = RecordHeader.kind(survivor.header());
        if (isToCompress(survivor.segment(), kind)) {
            byte[] given = Objects.requireNonNull(value);
            byte[] compressed = dictionary == null ? null : dictionary.compress(given);
            kind = compressed == null ? RecordHeader.VALUE : RecordHeader.COMPRESSED;
            value = compressed == null ? given : compressed;
        }
        long offset = add(survivor, value, expiryMillis, kind);
        if (value != null && kind == RecordHeader.BLOB) {
            blobs.add(BlobReference.decode(value));
        }
        addMove(survivor.pointer(), value == null ? 0 : survivor.size(), offset, expiryMillis);
    }

    /// Notes that a record was copied. The move has its new place as the number of the new segment,
    /// above the bits of a pointer, and the offset in it.
    ///
    /// @param valueBytes what the record of a value takes in the victim; 0 for a tombstone
    /// @param offset where the copy is, which was added last
    private void addMove(long from, long valueBytes, long offset, long expiryMillis) {
        int number = writers.size() - 1;
        copiedValueBytes += valueBytes;
        if (expiryMillis != RecordHeader.NEVER) {
            expiries.computeIfAbsent(number, _ -> new Expiries(nowMillis))
                    .add(expiryMillis, writers.get(number).end() - offset);
        }
        long place = LogPointer.of(0, offset) | (long) number << LogPointer.BITS;
        moves.add(keyHash, from, place);
    }

    /// Returns whether the value of a record has to be compressed, or was with another dictionary.
    private boolean isToCompress(Segment segment, int kind) {
        return (kind == RecordHeader.VALUE || kind == RecordHeader.COMPRESSED)
                && segment.dictionary() != dictionary;
    }

    /// Writes a value, or a tombstone for a null, with the key and the sequence number of a record;
    /// returns its offset in the last of the new segments.
    private long add(Survivor survivor, byte @Nullable [] value, long expiryMillis, int kind)
            throws IOException {
        SortedSegmentWriter writer = writer(survivor.size());
        byte[] key = survivor.key();
        long offset = writer.add(key, value, survivor.sequence(), expiryMillis, kind);
        int valueLength = value == null ? 0 : value.length;
        boolean expiring = expiryMillis != RecordHeader.NEVER;
        list(key, key.length, offset, valueLength, value == null, expiring);
        return offset;
    }

    /// Has the run list the record that was added last.
    private void list(
            byte[] key,
            int keyLength,
            long offset,
            int valueLength,
            boolean isTombstone,
            boolean expiring)
            throws IOException {
        int number = writers.size() - 1;
        long bytes = writers.get(number).end() - offset;
        pace.spend(bytes);
        runWriter().add(key, keyLength, number, offset, valueLength, isTombstone, expiring);
        if (isTombstone) {
            if (number >= tombstoneBytes.length) {
                tombstoneBytes = Arrays.copyOf(tombstoneBytes, 2 * number);
            }
            tombstoneBytes[number] += bytes;
        }
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

    /// Returns what a record holds; its value, unless it is compressed as it has to be.
    private byte @Nullable [] verified(Survivor survivor) {
        Segment segment = survivor.segment();
        try {
            byte[] value =
                    segment.dictionary() == dictionary
                            ? segment.readStored(survivor.offset(), survivor.key())
                            : segment.read(survivor.offset(), survivor.key());
            if (value == null != survivor.isTombstone()) {
                throw new IllegalStateException("not the kind of record it should be");
            }
            return value;
        } catch (CorruptionException | IllegalStateException | InternalError e) {
            throw Survivor.damaged(segment, survivor.offset(), e);
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
                boolean known = stripe.remove(keyHash, from);
                if (to == Moves.DROPPED_VALUE && (known || isCounted(keyHash, from))) {
                    stripe.addKeys(-1);
                }
                return;
            }
            Segment segment = opened.get((int) (to >>> LogPointer.BITS));
            Place place = new Place(segment, LogPointer.offset(to));
            if (!stripe.replace(keyHash, from, place.pointer()) && isSuperseded(keyHash, place)) {
                segment.addDead(place.offset(), place.header(), nowMillis);
            }
        } finally {
            stripe.unlock();
        }
    }

    /// Returns whether a dropped value that the keydir does not point at still counts as a key:
    /// whoever has written the key since has found it absent, or nobody has. Where a damaged run
    /// leaves that open, one key more or less is counted until the next open.
    private boolean isCounted(long keyHash, long dropped) {
        if (index.isComplete()) {
            return false;
        }
        if (index.isFresh(keyHash)) {
            return true;
        }
        Segment segment = segments.of(dropped);
        long offset = LogPointer.offset(dropped);
        byte[] key = segment.key(offset, segment.header(offset));
        try {
            return keydir.stripeOf(keyHash).find(keyHash, key, segments::hasKey) < 0
                    && !index.runs().hasNewer(key, rank);
        } catch (DamagedRunException e) {
            return true;
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
