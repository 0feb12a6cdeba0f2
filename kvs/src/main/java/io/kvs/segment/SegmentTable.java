package io.kvs.segment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// The segments that pointers in the keydir can point into, by number.
///
/// Readers take no lock; a change replaces the array. The number of a retired segment is used
/// again, though as late as possible: a reader that still holds an old pointer then reads another
/// record, notices that the key or the checksum does not fit, and looks the key up again.
public final class SegmentTable {
    private volatile @Nullable Segment[] byNumber = new Segment[64];

    /// The number given last.
    private int lastNumber = -1;

    /// Returns the segment with this number, or null if it has been retired.
    public @Nullable Segment at(int number) {
        @Nullable Segment[] segments = byNumber;
        return number < segments.length ? segments[number] : null;
    }

    /// Returns the segment that a pointer points into.
    ///
    /// @throws IllegalStateException it has been retired: look the key up again
    public Segment of(long pointer) {
        Segment segment = at(LogPointer.segmentNumber(pointer));
        if (segment == null) {
            throw new IllegalStateException("segment retired");
        }
        return segment;
    }

    /// Returns whether the record at a pointer has this key. Does not verify the record.
    ///
    /// @throws IllegalStateException its segment has been retired: look the key up again
    public boolean hasKey(long pointer, byte[] key) {
        return of(pointer).hasKey(LogPointer.offset(pointer), key);
    }

    /// Adds the segment that `maker` makes for a free number; returns it.
    ///
    /// @throws IllegalStateException there are as many segments as a store can have
    public synchronized Segment add(IntFunction<Segment> maker) {
        int number = freeNumber();
        Segment segment = maker.apply(number);
        put(segment);
        lastNumber = number;
        return segment;
    }

    /// Puts a segment in the place of that with the same number.
    public synchronized void put(Segment segment) {
        @Nullable Segment[] segments = byNumber;
        int length = segments.length;
        while (length <= segment.number()) {
            length *= 2;
        }
        @Nullable Segment[] copy = Arrays.copyOf(segments, length);
        copy[segment.number()] = segment;
        byNumber = copy;
    }

    /// Removes a segment; its file stays mapped.
    public synchronized void remove(Segment segment) {
        @Nullable Segment[] copy = byNumber.clone();
        copy[segment.number()] = null;
        byNumber = copy;
    }

    private int freeNumber() {
        @Nullable Segment[] segments = byNumber;
        for (int i = 1; i <= segments.length; i++) {
            int number = (lastNumber + i) % segments.length;
            if (segments[number] == null) {
                return number;
            }
        }
        if (segments.length >= LogPointer.SEGMENT_COUNT_MAX) {
            throw new IllegalStateException("the store has too many segments");
        }
        return segments.length;
    }

    /// Returns all segments by growing id.
    public List<Segment> all() {
        List<Segment> segments = new ArrayList<>();
        for (Segment segment : byNumber) {
            if (segment != null) {
                segments.add(segment);
            }
        }
        segments.sort((a, b) -> Long.compare(a.id(), b.id()));
        return segments;
    }
}
