package io.kvs.hint;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.kvs.format.RecordHeader;
import io.kvs.segment.Segment;
import io.kvs.segment.Words;
import java.util.Arrays;

/// Sorts records of a segment by key, and those of one key from the newest to the oldest.
///
/// Three-way radix quicksort (Bentley and Sedgewick, SODA 1997) with eight bytes of the key a step,
/// which are kept beside the offset so that most comparisons stay out of the mapped memory.
final class KeyOrder {
    private static final int INSERTION_SORT_MAX = 12;

    private final Segment segment;
    private final int[] places;
    private final long[] chunks;

    private KeyOrder(Segment segment, int[] places) {
        this.segment = segment;
        this.places = places;
        this.chunks = new long[places.length];
    }

    /// Sorts the first `count` places: offsets of records divided by 8.
    static void sort(Segment segment, int[] places, int count) {
        KeyOrder order = new KeyOrder(segment, places);
        order.load(0, count, 0);
        order.sort(0, count, 0);
    }

    private void load(int from, int to, int depth) {
        for (int i = from; i < to; i++) {
            chunks[i] = chunk(places[i], depth);
        }
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

    /// Sorts a range whose keys are equal before `depth` and whose chunks are loaded.
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
            sortEqual(less, greater, depth);
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
            sortEqual(i, end, depth);
            i = end;
        }
    }

    /// Sorts a range whose keys are equal before `depth` and in the eight bytes from there, zeros
    /// taken for the bytes behind their end: keys that have ended come first, by length, the rest
    /// goes on.
    private void sortEqual(int from, int to, int depth) {
        if (to - from < 2) {
            return;
        }
        int running = to;
        for (int i = from; i < running; ) {
            if (keyLength(places[i]) > depth + 8) {
                swap(i, --running);
            } else {
                i++;
            }
        }
        sortEnded(from, running);
        load(running, to, depth + 8);
        sort(running, to, depth + 8);
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
