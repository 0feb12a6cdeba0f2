package io.kvs.engine;

import io.kvs.commit.Log;
import io.kvs.format.SegmentHeader;
import io.kvs.segment.RecordCursor;
import io.kvs.segment.RecordCursor.State;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.SegmentWriter;
import org.jspecify.annotations.Nullable;

/// Walks over the values and tombstones of the log in the order in which they were written, from a
/// sequence number on, as far as compaction has left the log as it was.
final class LogWalk {
    private final SegmentTable segments;
    private final Log log;
    private @Nullable Segment segment;
    private @Nullable RecordCursor cursor;

    /// Where the records of the segment ended when the cursor was made.
    private long cursorEnd;

    private long next;
    private boolean broken;

    /// Begins a walk.
    ///
    /// @param from the sequence number of a record, or one that lies between two
    LogWalk(SegmentTable segments, Log log, long from) {
        this.segments = segments;
        this.log = log;
        this.next = from;
    }

    /// Moves to the next record with a sequence number below `to`; returns false if there is none.
    /// Every record below must be complete.
    boolean next(long to) {
        while (!broken && next < to) {
            RecordCursor records = cursor;
            if (records == null && (records = open()) == null) {
                return false;
            }
            boolean found = false;
            while (!found && records.next()) {
                found = records.state() == State.WHOLE;
                broken |= !found && records.state() != State.GAP && records.state() != State.END;
            }
            Segment at = segment();
            if (found) {
                next = at.baseSequence() + (records.offset() + records.size() >>> 3);
                return true;
            }
            cursor = null;
            next = Math.max(next, at.baseSequence() + (cursorEnd >>> 3));
            // What has come to the segment since the cursor was made is read by another one.
            if (end(at) == cursorEnd && !goOn(at)) {
                return false;
            }
        }
        return false;
    }

    /// Returns whether compaction, or damage, has broken the log somewhere on the way.
    boolean isBroken() {
        return broken;
    }

    /// Returns the segment of the record.
    Segment segment() {
        Segment at = segment;
        if (at == null) {
            throw new IllegalStateException("no record");
        }
        return at;
    }

    /// Returns its offset.
    long offset() {
        RecordCursor records = cursor;
        if (records == null) {
            throw new IllegalStateException("no record");
        }
        return records.offset();
    }

    /// Returns its sequence number.
    long sequence() {
        return segment().baseSequence() + (offset() >>> 3);
    }

    /// Finds the segment where the next sequence number lies, or lies behind.
    private @Nullable RecordCursor open() {
        Segment found = null;
        boolean any = false;
        for (Segment one : segments.all()) {
            any |= !one.sorted();
            if (!one.sorted()
                    && one.baseSequence() <= next
                    && (found == null || one.baseSequence() > found.baseSequence())) {
                found = one;
            }
        }
        if (found == null || next - found.baseSequence() > (end(found) >>> 3) + 1) {
            broken = any || found != null;
            return null;
        }
        segment = found;
        long from = Math.max(SegmentHeader.BYTES, next - found.baseSequence() << 3);
        cursorEnd = end(found);
        RecordCursor records = RecordCursor.trusting(found, from, cursorEnd);
        cursor = records;
        return records;
    }

    /// Goes on behind the end of a segment; returns false if that was the last one.
    private boolean goOn(Segment ended) {
        long base = ended.baseSequence() + (end(ended) >>> 3) + 1;
        boolean last = true;
        for (Segment one : segments.all()) {
            if (!one.sorted() && one.baseSequence() == base) {
                next = base;
                return true;
            }
            last &= one.sorted() || one.baseSequence() < base;
        }
        broken = !last;
        return false;
    }

    private long end(Segment of) {
        for (SegmentWriter writer : log.writers()) {
            if (writer.segment().id() == of.id()) {
                return writer.tail();
            }
        }
        return of.sealedEnd();
    }
}
