package io.kvs.recovery;

import io.kvs.format.RecordHeader;
import io.kvs.format.SegmentHeader;
import io.kvs.segment.RecordCursor;
import io.kvs.segment.RecordCursor.State;
import java.util.List;

/// Tells whether the page cache into which the tail was written is still what we read.
///
/// If it is, whatever is not whole was left so by a killed writer, or is damage; if it is not, any
/// part of what was not synced may be missing.
final class CacheEvidence {
    private final List<TailSegment> tail;
    private final boolean bootKnown;
    private final boolean foreign;

    /// Looks at a tail.
    ///
    /// @param bootKnown whether the system tells one boot from another
    /// @param foreign whether another process is writing the tail
    CacheEvidence(List<TailSegment> tail, boolean bootKnown, boolean foreign) {
        this.tail = tail;
        this.bootKnown = bootKnown;
        this.foreign = foreign;
    }

    /// Returns whether the page cache of the writer is still what we read, judged by the boot id
    /// and by the sectors of what is not whole.
    ///
    /// @param cursor at what is not whole
    /// @param number the place of its segment among those of the tail
    boolean survived(RecordCursor cursor, int number) {
        TailSegment part = tail.get(number);
        if (!bootKnown || !part.sameBoot) {
            return false;
        }
        if (foreign || !part.hasZeroSector(cursor.offset(), cursor.size())) {
            return true;
        }
        long behind = cursor.offset() + cursor.size();
        if (cursor.state() == State.UNFINISHED) {
            return !isHollow(part, cursor) && !showsLoss(behind, number);
        }
        // A lost sector is more than a flipped bit, unless it held no other bit: a zero sector in
        // which one bit would make the record whole can be either. A flip would have to have hit
        // the only bit there is, whereas any loss of the sector leaves just this. So it counts as
        // lost, unless what came later shows that it was not: the last record alone is at stake.
        long flipped = BitFlip.explanation(part.segment, cursor);
        return flipped >= 0
                && (!part.isZeroSector(flipped)
                        || part.segment.header(behind) != 0 && !showsLoss(behind, number));
    }

    /// Returns whether the end of an unfinished record is there and its beginning is not: no writer
    /// leaves it so, for it copies the key before the value, and the records of a batch in order.
    private static boolean isHollow(TailSegment part, RecordCursor cursor) {
        long offset = cursor.offset();
        long header = cursor.header();
        boolean begun;
        long next;
        if (RecordHeader.isEntry(header)) {
            begun = part.segment.isSound(offset, header); // The check covers the key.
            next = offset + RecordHeader.keyOffset(header) + RecordHeader.keyLength(header);
        } else {
            begun = part.segment.header(offset + RecordHeader.BATCH_BYTES) != 0;
            next = offset + RecordHeader.BATCH_BYTES + RecordHeader.WORD_BYTES;
        }
        return !begun && !part.isZero(next, offset + cursor.size());
    }

    /// Returns whether anything from `from` on shows that the page cache did not survive. A record
    /// that a killed writer left unfinished may well hold zeros; one with a checksum may not.
    private boolean showsLoss(long from, int number) {
        long start = from;
        for (int i = number; i < tail.size(); i++) {
            TailSegment part = tail.get(i);
            RecordCursor cursor = new RecordCursor(part.segment, start, part.size(), false);
            while (cursor.next()) {
                boolean lost =
                        switch (cursor.state()) {
                            case DAMAGED, DAMAGED_BATCH, GARBAGE ->
                                    part.hasZeroSector(cursor.offset(), cursor.size());
                            case NOTHING -> !part.isZeroBehind(cursor.offset());
                            case WHOLE, UNFINISHED, GAP, END -> false;
                        };
                if (lost) {
                    return true;
                }
            }
            start = SegmentHeader.BYTES;
        }
        return false;
    }
}
