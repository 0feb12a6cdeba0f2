package io.kvs.run;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.kvs.format.RecordHeader;
import io.kvs.segment.Segment;
import io.kvs.segment.Words;
import java.util.Arrays;

/// Sorts records of a segment by key, and those of one key from the newest to the oldest.
///
/// A radix sort from the left with up to eight bytes of the key a step. What tells the keys of a
/// range apart there is packed with their positions into one word each, and these are sorted by
/// {@link Arrays#sort(long[], int, int)}: it keeps to n log n for all input, knows what is in order
/// already, and uses vectors where the processor has them. Ranges of keys that are equal so far
/// wait on a list of their own: keys may share 64 KiB, which is more steps than there is room for
/// calls.
public final class KeyOrder {
    private static final int INSERTION_SORT_MAX = 12;
    private static final int RANGE_FIELDS = 3;

    private final Segment segment;
    private final int[] places;

    /// Eight bytes of the key at each place; or what is left of them, and a position.
    private final long[] chunks;

    private final int[] unordered;

    /// Ranges still to be sorted: from, to, and how many bytes of their keys are equal.
    private int[] ranges = new int[RANGE_FIELDS * 64];

    private int rangesLength;

    private KeyOrder(Segment segment, int[] places, int count) {
        this.segment = segment;
        this.places = places;
        this.chunks = new long[count];
        this.unordered = new int[count];
    }

    /// Sorts the first `count` places: offsets of records divided by 8.
    public static void sort(Segment segment, int[] places, int count) {
        KeyOrder order = new KeyOrder(segment, places, count);
        order.addRange(0, count, 0);
        while (order.rangesLength > 0) {
            order.sortLastRange();
        }
    }

    /// Returns the eight bytes behind the first `depth` of the key at a place, zeros taken for
    /// those behind its end.
    static long chunk(Segment segment, int place, int depth) {
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
            chunks[i] = chunk(segment, places[i], depth);
        }
        if (to - running <= INSERTION_SORT_MAX) {
            sortFew(running, to, depth);
        } else {
            sortMany(running, to, depth);
        }
    }

    /// Sorts a range by its chunks; those with equal ones go on the list.
    private void sortFew(int from, int to, int depth) {
        for (int i = from + 1; i < to; i++) {
            for (int k = i; k > from && Long.compareUnsigned(chunks[k], chunks[k - 1]) < 0; k--) {
                swap(k, k - 1);
            }
        }
        addEqual(from, to, 0, depth + 8);
    }

    /// Sorts a range by its chunks, but for their last bits where the positions need these. Those
    /// that are equal then go on the list; at the next time these bits decide, since so many others
    /// are the same.
    private void sortMany(int from, int to, int depth) {
        long different = 0;
        for (int i = from; i < to; i++) {
            different |= chunks[i] ^ chunks[from];
        }
        if (different == 0) {
            addRange(from, to, depth + 8);
            return;
        }
        int same = Long.numberOfLeadingZeros(different);
        int positionBits = Integer.SIZE - Integer.numberOfLeadingZeros(to - from - 1);
        long positions = (1L << positionBits) - 1;
        for (int i = from; i < to; i++) {
            chunks[i] = (chunks[i] << same & ~positions | i - from) ^ Long.MIN_VALUE;
        }
        Arrays.sort(chunks, from, to);
        System.arraycopy(places, from, unordered, from, to - from);
        for (int i = from; i < to; i++) {
            places[i] = unordered[from + (int) (chunks[i] & positions)];
        }
        addEqual(from, to, positions, same >= positionBits ? depth + 8 : depth);
    }

    /// Puts the ranges of equal chunks in a sorted range on the list.
    ///
    /// @param ignored bits that do not count
    /// @param depth how many bytes of their keys are equal
    private void addEqual(int from, int to, long ignored, int depth) {
        for (int i = from; i < to; ) {
            int end = i + 1;
            while (end < to && ((chunks[end] ^ chunks[i]) & ~ignored) == 0) {
                end++;
            }
            addRange(i, end, depth);
            i = end;
        }
    }

    private void sortEnded(int from, int to) {
        if (to - from < 2) {
            return;
        }
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

    private void swap(int i, int k) {
        long chunk = chunks[i];
        chunks[i] = chunks[k];
        chunks[k] = chunk;
        int place = places[i];
        places[i] = places[k];
        places[k] = place;
    }
}
