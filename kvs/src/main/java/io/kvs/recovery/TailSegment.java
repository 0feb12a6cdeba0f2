package io.kvs.recovery;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.kvs.format.FileNames;
import io.kvs.format.Manifest.Entry;
import io.kvs.format.RecordHeader;
import io.kvs.format.SegmentHeader;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import io.kvs.segment.Segment;
import io.kvs.segment.Words;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// A segment of the tail that has been written to, and what its replay has found so far.
final class TailSegment {
    private static final int SECTOR_BYTES = 512;

    /// Zeros are looked for in such steps: a segment may end in 64 MiB of them.
    private static final int STEP_BYTES = 64;

    final Segment segment;
    final Entry entry;
    final SegmentHeader header;

    /// Up to this offset the content was on stable storage.
    final long synced;

    /// Whether it was written to since the system was started.
    final boolean sameBoot;

    /// Where the records end.
    long end = SegmentHeader.BYTES;

    /// Whether an end mark follows.
    boolean ended;

    /// Whether its records, as far as there are any, were cut off entirely.
    boolean dropped;

    TailSegment(Segment segment, Entry entry, SegmentHeader header, long synced, boolean sameBoot) {
        this.segment = segment;
        this.entry = entry;
        this.header = header;
        this.synced = synced;
        this.sameBoot = sameBoot;
    }

    DiskFile openForWriting(Disk disk) throws IOException {
        return disk.open(FileNames.segment(entry.id()), Disk.Access.READ_WRITE);
    }

    long size() {
        return segment.memory().byteSize();
    }

    /// Returns the offset behind everything that was written: the records and the end mark.
    long writtenEnd() {
        return ended ? Math.min(end + RecordHeader.WORD_BYTES, size()) : end;
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

    /// Returns whether one of the sectors that a record reaches into is all zero: a sign that it
    /// was never written back.
    boolean hasZeroSector(long offset, long recordBytes) {
        long recordEnd = Math.min(offset + recordBytes, size());
        for (long at = sector(offset + SECTOR_BYTES); at < recordEnd; at += SECTOR_BYTES) {
            if (isZeroSector(at)) {
                return true;
            }
        }
        return false; // The first sector holds its header.
    }

    /// Returns whether the sector that an offset lies in is all zero.
    boolean isZeroSector(long offset) {
        long start = sector(offset);
        return isZero(start, Math.min(start + SECTOR_BYTES, size()));
    }

    private static long sector(long offset) {
        return offset & -SECTOR_BYTES;
    }

    /// Returns whether everything in `[from, to)` is zero.
    boolean isZero(long from, long to) {
        long at = from;
        for (; at + STEP_BYTES <= to; at += STEP_BYTES) {
            if (bits(at) != 0) {
                return false;
            }
        }
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

    /// Returns the bits that are set in any word of a step.
    private long bits(long at) {
        MemorySegment memory = segment.memory();
        return Words.get(memory, at)
                | Words.get(memory, at + 8)
                | Words.get(memory, at + 16)
                | Words.get(memory, at + 24)
                | Words.get(memory, at + 32)
                | Words.get(memory, at + 40)
                | Words.get(memory, at + 48)
                | Words.get(memory, at + 56);
    }
}
