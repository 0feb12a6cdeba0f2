package io.kvs.compaction;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A range of keys in the order of their unsigned bytes.
///
/// @param from the first key in it, null for all from the beginning
/// @param to the first key behind it, null for all to the end
record KeyRange(byte @Nullable [] from, byte @Nullable [] to) {

    /// Splits all keys into at most `parts` ranges with about as many records of the segment that
    /// has most of them.
    static List<KeyRange> split(List<Survivors> segments, int parts) {
        Survivors largest = segments.stream().max(Comparator.comparingInt(Survivors::count)).get();
        int count = largest.count();
        List<KeyRange> ranges = new ArrayList<>();
        byte @Nullable [] from = null;
        for (int part = 1; part < parts && part < count; part++) {
            byte[] bound = largest.key((int) ((long) part * count / parts));
            if (from == null || Arrays.compareUnsigned(from, bound) < 0) {
                ranges.add(new KeyRange(from, bound));
                from = bound;
            }
        }
        ranges.add(new KeyRange(from, null));
        return ranges;
    }
}
