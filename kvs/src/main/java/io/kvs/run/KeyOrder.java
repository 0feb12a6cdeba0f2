package io.kvs.run;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.kvs.format.RecordHeader;
import io.kvs.segment.Segment;
import io.kvs.segment.Words;
import java.util.Arrays;

/// Sorts records of a segment by key, and those of one key from the newest to the oldest.
///
/// Three-way radix quicksort (Bentley and Sedgewick, SODA 1997) with eight bytes of the key a step,
/// which are kept beside the offset so that most comparisons stay out of the mapped memory. Ranges
/// of keys that are equal so far wait on a list of their own: keys may share 64 KiB, which is more
/// steps than there is room for calls.
public final class KeyOrder {
    private static final int INSERTION_SORT_MAX = 12;
    private static final int RANGE_FIELDS = 3;

    private final Segment segment;
    private final int[] places;
    private final long[] chunks;

    /// Ranges still to be sorted: from, to, and how many bytes of their keys are equal.
    private int[] ranges = new int[RANGE_FIELDS * 64];

    private int rangesLength;

    private KeyOrder(Segment segment, int[] places, int count) {
        this.segment = segment;
        this.places = places;
        this.chunks = new long[count];
    }

    /// Sorts the first `count` places: offsets of records divided by 8.
    public static void sort(Segment segment, int[] places, int count) {
        KeyOrder order = new KeyOrder(segment, places, count);
        order.addRange(0, count, 0);
        while (order.rangesLength > 0) {
            order.sortLastRange();
        }
    }

    private void addRange(int from, int to, int depth) {
        if (to - from < 2) {
            return;
        }
        if (rangesLength == ranges.length) {
            ranges = Arrays.copyOf(ranges, 2 * rangesLength);
        }
        ranges[rangesLength++] = from;
        ranges[rangesLength++] = to;
        ranges[rangesLength++] = depth;
    }

    /// Takes the last range off the list and sorts it by the next eight bytes, zeros taken for the
    /// bytes behind the end of a key. Keys that have ended come first, by length.
    private void sortLastRange() {
        int depth = ranges[--rangesLength];
        int to = ranges[--rangesLength];
        int from = ranges[--rangesLength];
        int running = to;
        for (int i = from; i < running; ) {
            if (keyLength(places[i]) > depth) {
                swap(i, --running);
            } else {
                i++;
            }
        }
        sortEnded(from, running);
        for (int i = running; i < to; i++) {
            chunks[i] = chunk(places[i], depth);
        }
        sort(running, to, depth);
    }

    private long chunk(int place, int depth) {
        long offset = (long) place << 3;
        long header = segment.header(offset);
        long at = offset + RecordHeader.keyOffset(header) + depth;
        int rest = RecordHeader.keyLength(header) - depth;
        if (rest >= 8) {
            return Long.reverseBytes(Words.get(segment.memory(), at));
        }
        long chunk = 0;
        for (int i = 0; i < 8; i++) {
            chunk = chunk << 8 | (i < rest ? segment.memory().get(JAVA_BYTE, at + i) & 0xFF : 0);
        }
        return chunk;
    }

    /// Sorts a range by its chunks; those with equal ones go on the list.
    private void sort(int from, int to, int depth) {
        int low = from;
        int high = to;
        while (high - low > INSERTION_SORT_MAX) {
            long pivot = median(chunks[low], chunks[low + high >>> 1], chunks[high - 1]);
            int less = low;
            int greater = high;
            for (int i = low; i < greater; ) {
                int order = Long.compareUnsigned(chunks[i], pivot);
                if (order < 0) {
                    swap(i++, less++);
                } else if (order > 0) {
                    swap(i, --greater);
                } else {
                    i++;
                }
            }
            addRange(less, greater, depth + 8);
            if (less - low < high - greater) {
                sort(low, less, depth);
                low = greater;
            } else {
                sort(greater, high, depth);
                high = less;
            }
        }
        insertionSort(low, high);
        for (int i = low; i < high; ) {
            int end = i + 1;
            while (end < high && chunks[end] == chunks[i]) {
                end++;
            }
            addRange(i, end, depth + 8);
            i = end;
        }
    }

    private void sortEnded(int from, int to) {
        long[] order = new long[to - from];
        for (int i = from; i < to; i++) {
            order[i - from] = (long) keyLength(places[i]) << 32 | ~places[i] & 0xFFFF_FFFFL;
        }
        Arrays.sort(order);
        for (int i = from; i < to; i++) {
            places[i] = ~(int) order[i - from];
        }
    }

    private int keyLength(int place) {
        return RecordHeader.keyLength(segment.header((long) place << 3));
    }

    private void insertionSort(int from, int to) {
        for (int i = from + 1; i < to; i++) {
            for (int k = i; k > from && Long.compareUnsigned(chunks[k], chunks[k - 1]) < 0; k--) {
                swap(k, k - 1);
            }
        }
    }

    private void swap(int i, int k) {
        long chunk = chunks[i];
        chunks[i] = chunks[k];
        chunks[k] = chunk;
        int place = places[i];
        places[i] = places[k];
        places[k] = place;
    }

    private static long median(long a, long b, long c) {
        long low = Long.compareUnsigned(a, b) < 0 ? a : b;
        long high = Long.compareUnsigned(a, b) < 0 ? b : a;
        if (Long.compareUnsigned(c, low) < 0) {
            return low;
        }
        return Long.compareUnsigned(c, high) < 0 ? c : high;
    }
}
