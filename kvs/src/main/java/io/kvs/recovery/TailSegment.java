package io.kvs.recovery;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.kvs.format.Manifest.Entry;
import io.kvs.format.SegmentHeader;
import io.kvs.segment.Segment;

/// A segment of the tail that has been written to, and what its replay has found so far.
final class TailSegment {
    private static final int SECTOR_BYTES = 512;

    final Segment segment;
    final Entry entry;
    final SegmentHeader header;

    /// Up to this offset the content was on stable storage.
    final long synced;

    /// Where the records end.
    long end = SegmentHeader.BYTES;

    /// Whether an end mark follows.
    boolean ended;

    /// Whether its records, as far as there are any, were cut off entirely.
    boolean dropped;

    TailSegment(Segment segment, Entry entry, SegmentHeader header, long synced) {
        this.segment = segment;
        this.entry = entry;
        this.header = header;
        this.synced = synced;
    }

    long size() {
        return segment.memory().byteSize();
    }

    /// Returns the sequence number that a segment right behind this one starts with.
    long nextBase() {
        return segment.baseSequence() + (end >>> 3) + 1;
    }

    /// Returns the offset behind the last byte at or after `from` that is not zero.
    long contentEnd(long from) {
        long at = size() & -8;
        while (at > from && segment.header(at - 8) == 0) {
            at -= 8;
        }
        return Math.max(at, from);
    }

    /// Returns whether everything from `from` to the end of the file is zero.
    boolean isZeroBehind(long from) {
        return isZero(from, size());
    }

    /// Returns whether the part of the record that lies in one of its sectors is all zero: a sign
    /// that the sector was never written back.
    boolean hasZeroSector(long offset, long recordBytes) {
        long recordEnd = Math.min(offset + recordBytes, size());
        for (long at = offset; at < recordEnd; ) {
            long next = Math.min(recordEnd, (at & -SECTOR_BYTES) + SECTOR_BYTES);
            if (next - at >= 8 && isZero(at, next)) {
                return true;
            }
            at = next;
        }
        return false;
    }

    private boolean isZero(long from, long to) {
        long at = from;
        for (; at + 8 <= to; at += 8) {
            if (segment.header(at) != 0) {
                return false;
            }
        }
        for (; at < to; at++) {
            if (segment.memory().get(JAVA_BYTE, at) != 0) {
                return false;
            }
        }
        return true;
    }
}
