package io.kvs.segment;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// The segments that pointers in the keydir can point into, by number.
///
/// Readers take no lock; a change replaces the array. The number of a retired segment is used
/// again, though as late as possible: a reader that still holds an old pointer then reads another
/// record, notices that the key or the checksum does not fit, and looks the key up again.
public final class SegmentTable {
    private volatile @Nullable Segment[] byNumber = new Segment[64];
    private volatile Map<Long, Segment> byId = Map.of();

    /// Those in the array by growing id.
    private volatile List<Segment> all = List.of();

    /// The number given last.
    private int lastNumber = -1;

    /// Returns the segment with this number, or null if it has been retired.
    public @Nullable Segment at(int number) {
        @Nullable Segment[] segments = byNumber;
        return number < segments.length ? segments[number] : null;
    }

    /// Returns the segment with this id, or null if it has been retired or never was.
    public @Nullable Segment byId(long id) {
        return byId.get(id);
    }

    /// Returns the segments that are there now, by id; the map never changes.
    public Map<Long, Segment> byId() {
        return byId;
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
        Map<Long, Segment> ids = new HashMap<>(byId);
        ids.put(segment.id(), segment);
        replace(copy, ids);
    }

    /// Lets segments not be found by their ids any more, all at once; pointers into them are still
    /// good until they are removed.
    public synchronized void conceal(Collection<Segment> concealed) {
        Map<Long, Segment> ids = new HashMap<>(byId);
        for (Segment segment : concealed) {
            ids.remove(segment.id());
        }
        byId = ids;
    }

    /// Removes a segment; its file stays mapped.
    public void remove(Segment segment) {
        remove(List.of(segment));
    }

    /// Removes segments, all at once: what hides a record must not leave before it does. Their
    /// files stay mapped.
    public synchronized void remove(Collection<Segment> removed) {
        @Nullable Segment[] copy = byNumber.clone();
        Map<Long, Segment> ids = new HashMap<>(byId);
        for (Segment segment : removed) {
            copy[segment.number()] = null;
            ids.remove(segment.id());
        }
        replace(copy, ids);
    }

    private void replace(@Nullable Segment[] numbered, Map<Long, Segment> ids) {
        byId = ids;
        byNumber = numbered;
        all =
                Arrays.stream(numbered)
                        .filter(Objects::nonNull)
                        .sorted(Comparator.comparingLong(Segment::id))
                        .toList();
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

    /// Returns all segments by growing id; the list never changes.
    public List<Segment> all() {
        return all;
    }
}
