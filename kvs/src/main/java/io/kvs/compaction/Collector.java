package io.kvs.compaction;

import io.kvs.CorruptionException;
import io.kvs.InvalidKeyException;
import io.kvs.format.BlobReference;
import io.kvs.format.RecordHeader;
import io.kvs.index.Index;
import io.kvs.index.Keydir;
import io.kvs.run.KeyOrder;
import io.kvs.segment.LogPointer;
import io.kvs.segment.RecordCursor;
import io.kvs.segment.Segment;
import io.kvs.segment.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// Collects the {@link Survivors} of segments, one after the other.
///
/// The records are read in the order in which they lie, which is the fastest there is, and only
/// those that survive are sorted: what is stale costs little more than its lookup. Records are
/// looked up some at a time, and the memory of the keydir is touched for all before any is looked
/// at closer: the processor then waits for several at once.
final class Collector {
    private static final int BATCH = 64;

    private final Index index;
    private final Keydir keydir;
    private byte[] key = new byte[256];

    /// Records that were met and are still to be looked up.
    private final long[] offsets = new long[BATCH];

    private final long[] hashes = new long[BATCH];
    private int met;

    /// What survives of the segment: offsets divided by 8.
    private int[] places = new int[128];

    private int count;

    /// The blobs that its records refer to.
    private final List<BlobReference> blobs = new ArrayList<>();

    Collector(Index index) {
        this.index = index;
        this.keydir = index.keydir();
    }

    /// Collects what survives of a sealed segment.
    ///
    /// @throws io.kvs.CorruptionException a header or a key is damaged, or the device cannot read
    ///   it; the segment is marked
    Survivors collect(Segment segment) {
        try {
            met = 0;
            count = 0;
            blobs.clear();
            walk(segment);
            int[] survivors = Arrays.copyOf(places, count);
            if (!segment.sorted()) {
                KeyOrder.sort(segment, survivors, count);
            }
            return new Survivors(segment, survivors, List.copyOf(blobs));
        } catch (InternalError e) {
            segment.markDamaged();
            throw segment.corruption(0, "the device cannot read it: " + e.getMessage());
        }
    }

    /// Checksums are not verified here: those of records that are copied are when that happens.
    private void walk(Segment segment) {
        RecordCursor cursor = RecordCursor.trusting(segment, 0, segment.sealedEnd());
        while (cursor.next()) {
            switch (cursor.state()) {
                case WHOLE -> meet(segment, cursor.offset(), cursor.header());
                case GAP, END -> {}
                case UNFINISHED, DAMAGED, DAMAGED_BATCH, GARBAGE, NOTHING -> {
                    segment.markDamaged();
                    throw segment.corruption(cursor.offset(), "a record is damaged here");
                }
            }
        }
        lookUp(segment);
    }

    private void meet(Segment segment, long offset, long header) {
        if (met == BATCH) {
            lookUp(segment);
        }
        if (RecordHeader.keyLength(header) > key.length) {
            key = new byte[InvalidKeyException.KEY_LENGTH_MAX];
        }
        if (RecordHeader.kind(header) == RecordHeader.BLOB) {
            blobs.add(blob(segment, offset, header));
        }
        offsets[met] = offset;
        hashes[met] = index.hash(key, segment.copyKey(offset, header, key, 0));
        met++;
    }

    /// Reads a reference, which is verified: it decides what is deleted.
    private static BlobReference blob(Segment segment, long offset, long header) {
        try {
            byte[] reference = segment.read(offset, segment.key(offset, header));
            return BlobReference.decode(Objects.requireNonNull(reference));
        } catch (CorruptionException e) {
            segment.markDamaged();
            throw e;
        }
    }

    /// Looks up the records that were met and keeps the places of those that survive.
    private void lookUp(Segment segment) {
        long words = 0;
        for (int i = 0; i < met; i++) {
            words += keydir.stripeOf(hashes[i]).touch(hashes[i]);
        }
        Words.keep(words);
        for (int i = 0; i < met; i++) {
            if (survives(segment, offsets[i], hashes[i])) {
                add(offsets[i]);
            }
        }
        met = 0;
    }

    private boolean survives(Segment segment, long offset, long keyHash) {
        long header = segment.header(offset);
        long pointer = LogPointer.of(segment.number(), offset);
        return RecordHeader.kind(header) == RecordHeader.TOMBSTONE
                || keydir.stripeOf(keyHash).contains(keyHash, pointer)
                || !index.isComplete()
                        && index.isNewest(keyHash, segment.key(offset, header), pointer);
    }

    private void add(long offset) {
        if (count == places.length) {
            places = Arrays.copyOf(places, 2 * count);
        }
        places[count++] = (int) (offset >>> 3);
    }
}
