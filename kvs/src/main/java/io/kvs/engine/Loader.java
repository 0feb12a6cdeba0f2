package io.kvs.engine;

import io.kvs.CorruptionException;
import io.kvs.format.SegmentHeader;
import io.kvs.index.Index;
import io.kvs.index.Keydir.Stripe;
import io.kvs.run.MergedCursor;
import io.kvs.run.RunEntry;
import io.kvs.segment.Expiries;
import io.kvs.segment.LogPointer;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.Words;
import io.kvs.view.View;
import io.kvs.view.View.Part;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Fills the keydir of a store that has been opened, and counts what is live and what is stale.
///
/// It goes over the view that was taken at open, in key order: the newest record of each key is
/// live, or a tombstone, and all others are stale. Writers do not wait meanwhile and count on their
/// own what they change, from what they found to what they left; so the sum is right when both are
/// done. Of values that expire the records are read, for the time at which they do. A pointer goes
/// into the keydir only if the key has none there: whoever changed the key put one there, a
/// tombstone if need be. When the budget of the keydir is used up, the rest is only counted.
final class Loader {
    private static final int BATCH = 64;

    private final View view;
    private final Index index;
    private final SegmentTable segments;
    private final BooleanSupplier stopped;
    private final long nowMillis;
    private final BlobCensus blobs;
    private final Map<Long, Counts> counts = new HashMap<>();
    private long keys;
    private final byte[][] batchKeys = new byte[BATCH][];
    private final long[] batchHashes = new long[BATCH];
    private final long[] batchPointers = new long[BATCH];
    private int batched;
    private boolean skipped;

    /// What was met in a segment.
    private static final class Counts {
        private final Segment segment;
        private final long recordBytes;
        private long liveBytes;
        private long tombstoneBytes;
        private @Nullable Expiries expiries;

        Counts(Part part) {
            this.segment = part.segment();
            this.recordBytes = part.end() - SegmentHeader.BYTES;
        }
    }

    /// Prepares the loading.
    ///
    /// @param view the store as it was opened; closed when all is loaded
    /// @param stopped tells whether to give up
    /// @param nowMillis the time
    /// @param blobs told of every value
    Loader(
            View view,
            Index index,
            SegmentTable segments,
            BooleanSupplier stopped,
            long nowMillis,
            BlobCensus blobs) {
        this.blobs = blobs;
        this.nowMillis = nowMillis;
        this.view = view;
        this.index = index;
        this.segments = segments;
        this.stopped = stopped;
        for (Part part : view.parts()) {
            counts.put(part.segment().id(), new Counts(part));
        }
    }

    /// Loads everything; returns false if it was stopped. To be called once.
    ///
    /// @throws CorruptionException a run is damaged
    boolean run() throws IOException {
        MergedCursor cursor = new MergedCursor(view.readableSources(), view::rank);
        while (cursor.nextKey()) {
            if (stopped.getAsBoolean()) {
                return false;
            }
            take(cursor);
        }
        putBatch();
        publish();
        return true;
    }

    private void take(MergedCursor cursor) {
        boolean stale = false;
        for (RunEntry entry : cursor.entries()) {
            Counts count = counts(entry);
            if (entry.tombstone()) {
                count.tombstoneBytes += entry.size(count.segment.sorted());
            } else {
                blobs.meet(count.segment, entry, stale);
            }
            stale = true;
        }
        RunEntry newest = cursor.newest();
        if (!newest.tombstone()) {
            Counts count = counts(newest);
            count.liveBytes += newest.size(count.segment.sorted());
            if (newest.expiring()) {
                countExpiring(count, newest);
            }
            keys++;
            batchKeys[batched] = newest.key();
            batchHashes[batched] = index.hash(newest.key());
            batchPointers[batched] = LogPointer.of(count.segment.number(), newest.offset());
            if (++batched == BATCH) {
                putBatch();
            }
        }
    }

    /// Counts a value by its expiry, which only the record tells.
    private void countExpiring(Counts count, RunEntry entry) {
        Segment segment = count.segment;
        Expiries expiries = count.expiries;
        if (expiries == null) {
            expiries = segment.usage().expiries(nowMillis).empty();
            count.expiries = expiries;
        }
        try {
            long expiryMillis = segment.expiry(entry.offset(), segment.header(entry.offset()));
            expiries.add(expiryMillis, entry.size(segment.sorted()));
        } catch (InternalError e) {
            // The device cannot read it: nobody learns from it that it has expired.
        }
    }

    private Counts counts(RunEntry entry) {
        Counts found = counts.get(entry.segmentId());
        if (found == null) {
            throw new AssertionError(
                    "a record in segment " + entry.segmentId() + ", which is gone");
        }
        return found;
    }

    private void putBatch() {
        long words = 0;
        for (int i = 0; i < batched; i++) {
            words += index.stripeOf(batchHashes[i]).touch(batchHashes[i]);
        }
        Words.keep(words);
        for (int i = 0; i < batched; i++) {
            put(batchHashes[i], batchKeys[i], batchPointers[i]);
        }
        batched = 0;
    }

    private void put(long keyHash, byte[] key, long pointer) {
        if (index.keydir().isFull()) {
            skipped = true;
            return;
        }
        Stripe stripe = index.stripeOf(keyHash);
        stripe.lock();
        try {
            // A damaged record is found by its pointer alone.
            if (stripe.find(keyHash, key, segments::hasKey) < 0
                    && !stripe.contains(keyHash, pointer)) {
                stripe.insert(keyHash, pointer);
            }
        } finally {
            stripe.unlock();
        }
    }

    private void publish() {
        blobs.publish();
        for (Counts count : counts.values()) {
            if (count.expiries != null) {
                count.segment.usage().expiries(nowMillis).add(count.expiries);
            }
            count.segment.usage().addTombstone(count.tombstoneBytes);
            count.segment
                    .usage()
                    .addDead(count.recordBytes - count.liveBytes - count.tombstoneBytes);
        }
        Stripe any = index.stripeOf(0);
        any.lock();
        try {
            any.addKeys(keys);
        } finally {
            any.unlock();
        }
        if (skipped) {
            index.stayIncomplete();
        } else {
            index.complete();
        }
        view.close();
    }
}
