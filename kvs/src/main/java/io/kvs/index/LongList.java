package io.kvs.index;

import java.util.Arrays;

/// A growing list of longs.
final class LongList {
    private long[] array = new long[64];
    private int size;

    void add(long value) {
        if (size == array.length) {
            array = Arrays.copyOf(array, 2 * size);
        }
        array[size++] = value;
    }

    long get(int position) {
        return array[position];
    }

    int size() {
        return size;
    }

    void clear() {
        array = new long[64];
        size = 0;
    }
}
