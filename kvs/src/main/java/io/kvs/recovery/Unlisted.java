package io.kvs.recovery;

import io.kvs.format.RecordHeader;
import io.kvs.index.Index;
import io.kvs.index.Keydir.Stripe;
import io.kvs.run.RunTable;
import io.kvs.segment.LogPointer;
import io.kvs.segment.Place;
import io.kvs.segment.RecordCursor;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;

/// Puts the records that no run lists into the keydir, whatever the order in which they are met: of
/// several records of a key the newest stays.
///
/// Tombstones are put there as well, since runs may list older values.
final class Unlisted {
    private final SegmentTable segments;
    private final Index index;

    Unlisted(SegmentTable segments, Index index) {
        this.segments = segments;
        this.index = index;
    }

    /// Takes the record at a cursor into account.
    ///
    /// @param mayBeOld whether runs may list newer records of its key
    void add(Segment segment, RecordCursor cursor, boolean mayBeOld) {
        Place place = new Place(segment, cursor.offset());
        byte[] key = segment.key(cursor.offset(), cursor.header());
        if (mayBeOld && isOld(place, key)) {
            return;
        }
        long keyHash = index.hash(key);
        Stripe stripe = index.stripeOf(keyHash);
        stripe.lock();
        try {
            long known = stripe.find(keyHash, key, segments::hasKey);
            if (known < 0 || place.isNewerThan(place(known))) {
                index.put(keyHash, known, place.pointer());
                if (RecordHeader.kind(cursor.header()) == RecordHeader.TOMBSTONE) {
                    index.rememberTombstone(keyHash, place.pointer());
                }
            }
        } finally {
            stripe.unlock();
        }
    }

    /// Returns whether runs list a newer record.
    private boolean isOld(Place place, byte[] key) {
        RunTable runs = index.runs();
        Place listed = runs.find(runs.all(), key, segments::byId);
        return listed != null && listed.isNewerThan(place);
    }

    private Place place(long pointer) {
        return new Place(segments.of(pointer), LogPointer.offset(pointer));
    }
}
