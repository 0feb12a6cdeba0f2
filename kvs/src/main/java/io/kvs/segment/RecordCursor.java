package io.kvs.segment;

import io.kvs.format.RecordHeader;
import io.kvs.format.SegmentHeader;

/// Walks over the records of a segment in the order they lie in it, batches opened, and tells what
/// is wrong with those that are not whole.
///
/// ```
/// var cursor = new RecordCursor(segment, from, to);
/// while (cursor.next()) { … cursor.state() … }
/// ```
public final class RecordCursor {
    /// What lies at the offset of the cursor.
    public enum State {
        /// A whole value or tombstone.
        WHOLE,
        /// The header of a value, tombstone or batch whose checksum was never stored.
        UNFINISHED,
        /// A value or tombstone with sound header and key, and a wrong checksum.
        DAMAGED,
        /// A batch with a sound header and a wrong checksum.
        DAMAGED_BATCH,
        /// Bytes that are no record header, up to the next sound and whole record or the end.
        GARBAGE,
        /// A zero header: nothing was written here.
        NOTHING,
        /// A gap left by a killed writer.
        GAP,
        /// The end mark.
        END
    }

    private final Segment segment;
    private final long to;
    private final boolean exact;
    private final boolean verifying;
    private long offset;
    private long header;
    private long size;
    private State state = State.NOTHING;
    private long next;

    /// Makes a cursor over `[from, to)`.
    ///
    /// @param exact whether records are known to lie in the whole range, so that a zero header is
    ///   damage, not the end
    public RecordCursor(Segment segment, long from, long to, boolean exact) {
        this(segment, from, to, exact, true);
    }

    private RecordCursor(Segment segment, long from, long to, boolean exact, boolean verifying) {
        this.verifying = verifying;
        this.segment = segment;
        this.exact = exact;
        this.next = Math.max(from, SegmentHeader.BYTES);
        this.to = to;
    }

    /// Makes a cursor over `[from, to)` that checks headers and keys, but not the checksums: for
    /// records that have just been written or verified.
    public static RecordCursor trusting(Segment segment, long from, long to) {
        return new RecordCursor(segment, from, to, true, false);
    }

    /// Moves to the next record; returns false at the end of the range, behind an end mark, and
    /// behind a zero header.
    public boolean next() {
        if (next >= to || state == State.END || state == State.NOTHING && size > 0) {
            return false;
        }
        offset = next;
        if (to - offset < RecordHeader.WORD_BYTES) {
            header = 0;
            size = to - offset;
            state = State.GARBAGE;
            next = to;
            return true;
        }
        header = segment.header(offset);
        size = RecordHeader.size(header);
        state = classify();
        next = offset + size;
        return true;
    }

    /// Goes into the batch that the cursor is at, although it is damaged: what follows are its
    /// records.
    public void enterBatch() {
        next = offset + RecordHeader.BATCH_BYTES;
    }

    /// Returns the offset of the record.
    public long offset() {
        return offset;
    }

    /// Returns its header.
    public long header() {
        return header;
    }

    /// Returns its bytes in the file, padding included.
    public long size() {
        return size;
    }

    /// Returns what it is.
    public State state() {
        return state;
    }

    private State classify() {
        if (header == 0 && !exact) {
            return State.NOTHING;
        }
        if (header != 0 && offset + size <= to && isReserved()) {
            return State.UNFINISHED;
        }
        if (header == 0 || offset + size > to || !segment.isSound(offset, header)) {
            size = nextWhole(offset + RecordHeader.WORD_BYTES) - offset;
            return State.GARBAGE;
        }
        return switch (RecordHeader.kind(header)) {
            case RecordHeader.END -> State.END;
            case RecordHeader.GAP -> State.GAP;
            case RecordHeader.BATCH -> {
                State found = checked(State.DAMAGED_BATCH);
                if (found == State.WHOLE) {
                    offset += RecordHeader.BATCH_BYTES;
                    header = segment.header(offset);
                    size = RecordHeader.size(header);
                    yield classify();
                }
                yield found;
            }
            default -> checked(State.DAMAGED);
        };
    }

    /// Returns whether this is a record that nobody has finished. Its check cannot be verified: the
    /// key may not be there yet.
    private boolean isReserved() {
        return switch (RecordHeader.kind(header)) {
            case RecordHeader.VALUE,
                    RecordHeader.TOMBSTONE,
                    RecordHeader.COMPRESSED,
                    RecordHeader.BLOB,
                    RecordHeader.BATCH ->
                    segment.checksum(offset) == 0;
            default -> false;
        };
    }

    private State checked(State otherwise) {
        boolean whole =
                !verifying || segment.checksum(offset) == segment.computeChecksum(offset, header);
        return whole ? State.WHOLE : otherwise;
    }

    private long nextWhole(long from) {
        for (long at = from; at + RecordHeader.WORD_BYTES <= to; at += RecordHeader.WORD_BYTES) {
            long candidate = segment.header(at);
            if (candidate != 0
                    && at + RecordHeader.size(candidate) <= to
                    && segment.isSound(at, candidate)
                    && (RecordHeader.kind(candidate) == RecordHeader.END
                            || RecordHeader.kind(candidate) == RecordHeader.GAP
                            || segment.isWhole(at))) {
                return at;
            }
        }
        return to;
    }
}
