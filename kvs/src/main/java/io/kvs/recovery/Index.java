package io.kvs.recovery;

import io.kvs.format.RecordHeader;
import io.kvs.index.KeyHash;
import io.kvs.index.Keydir;
import io.kvs.index.Keydir.Records;
import io.kvs.index.Keydir.Stripe;
import io.kvs.segment.LogPointer;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Fills the keydir while a store is opened, whatever the order in which records are met: of
/// several records of a key the one with the largest sequence number wins.
///
/// Tombstones stay in the keydir until {@link #finish()}, so that an older value met later loses.
final class Index {
    private final SegmentTable segments;
    private final Keydir keydir;
    private final KeyHash hash;
    private final Records records;
    private final Map<Integer, Long> sequenceBounds = new HashMap<>();
    private long[] tombstones = new long[64];
    private int tombstoneCount;

    Index(SegmentTable segments, Keydir keydir, KeyHash hash, HintedKeys hints) {
        this.segments = segments;
        this.keydir = keydir;
        this.hash = hash;
        this.records =
                (pointer, key) -> {
                    Segment segment = segments.of(pointer);
                    long offset = LogPointer.offset(pointer);
                    return segment.hasKey(offset, key)
                            || !segment.isWhole(offset) && hints.hasKey(segment, offset, key);
                };
    }

    /// Declares that no record of a segment has a larger sequence number than `bound`.
    void setSequenceBound(Segment segment, long bound) {
        sequenceBounds.put(segment.number(), bound);
    }

    /// Takes a record into account.
    ///
    /// @param size its bytes in the segment
    void add(Segment segment, long offset, byte[] key, boolean tombstone, long size) {
        long pointer = LogPointer.of(segment.number(), offset);
        long keyHash = hash.of(key);
        Stripe stripe = keydir.stripeOf(keyHash);
        if (tombstone) {
            segment.addTombstone(size);
            remember(keyHash, pointer);
        }
        stripe.lock();
        try {
            long other = stripe.find(keyHash, key, records);
            if (other < 0) {
                stripe.insert(keyHash, pointer);
                stripe.addKeys(tombstone ? 0 : 1);
            } else {
                resolve(stripe, keyHash, other, pointer, tombstone, size);
            }
        } finally {
            stripe.unlock();
        }
    }

    /// Takes the tombstones out of the keydir.
    void finish() {
        for (int i = 0; i < tombstoneCount; i += 2) {
            Stripe stripe = keydir.stripeOf(tombstones[i]);
            stripe.lock();
            try {
                stripe.remove(tombstones[i], tombstones[i + 1]);
            } finally {
                stripe.unlock();
            }
        }
    }

    private void resolve(
            Stripe stripe, long keyHash, long other, long pointer, boolean tombstone, long size) {
        if (other == pointer) {
            return;
        }
        Segment otherSegment = segments.of(other);
        long otherHeader = otherSegment.header(LogPointer.offset(other));
        boolean otherTombstone = RecordHeader.kind(otherHeader) == RecordHeader.TOMBSTONE;
        if (sequence(pointer) > sequence(other)) {
            stripe.replace(keyHash, other, pointer);
            stripe.addKeys((tombstone ? 0 : 1) - (otherTombstone ? 0 : 1));
            if (!otherTombstone) {
                otherSegment.addDead(RecordHeader.size(otherHeader));
            }
        } else if (!tombstone) {
            segments.of(pointer).addDead(size);
        }
    }

    /// Returns the sequence number of a record. One that cannot be told, because the record is
    /// damaged, counts as the largest that its segment may hold: the key is then in error, instead
    /// of having an older value, until it is written again.
    private long sequence(long pointer) {
        Segment segment = segments.of(pointer);
        long offset = LogPointer.offset(pointer);
        if (!segment.sorted()) {
            return segment.baseSequence() + (offset >>> 3);
        }
        return segment.isWhole(offset)
                ? segment.sequence(offset, segment.header(offset))
                : sequenceBounds.getOrDefault(segment.number(), Long.MAX_VALUE);
    }

    private void remember(long keyHash, long pointer) {
        if (tombstoneCount == tombstones.length) {
            tombstones = Arrays.copyOf(tombstones, 2 * tombstoneCount);
        }
        tombstones[tombstoneCount++] = keyHash;
        tombstones[tombstoneCount++] = pointer;
    }
}
