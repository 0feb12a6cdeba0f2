package io.kvs.run;

import java.util.Arrays;

/// The entries of a block from one restart to the next, decoded: their keys one behind the other in
/// one array, so that no entry needs an array of its own.
final class Interval {
    private static final int KEY_BYTES = 32;

    private byte[] keys = new byte[BlockWriter.RESTART_INTERVAL * KEY_BYTES];

    /// Where the key of each entry ends; the first one begins at 0.
    private final int[] keyEnds = new int[BlockWriter.RESTART_INTERVAL];

    private final int[] firsts = new int[BlockWriter.RESTART_INTERVAL];
    private final long[] seconds = new long[BlockWriter.RESTART_INTERVAL];
    private final long[] thirds = new long[BlockWriter.RESTART_INTERVAL];
    private int count;

    /// Forgets all entries.
    void clear() {
        count = 0;
    }

    /// Adds an entry with the first `shared` bytes of the key of the entry before it and `unshared`
    /// bytes more.
    void add(int shared, byte[] bytes, int from, int unshared, int first, long second, long third) {
        int before = count < 2 ? 0 : keyEnds[count - 2];
        int start = keyFrom(count);
        int end = start + shared + unshared;
        if (end > keys.length) {
            keys = Arrays.copyOf(keys, Math.max(end, 2 * keys.length));
        }
        System.arraycopy(keys, before, keys, start, shared);
        System.arraycopy(bytes, from, keys, start + shared, unshared);
        keyEnds[count] = end;
        firsts[count] = first;
        seconds[count] = second;
        thirds[count] = third;
        count++;
    }

    /// Returns how many entries there are.
    int count() {
        return count;
    }

    /// Returns the number of the first entry whose key is not less than `key`, or {@link #count}.
    int firstNotLess(byte[] key) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = low + high >>> 1;
            int order =
                    Arrays.compareUnsigned(
                            keys, keyFrom(middle), keyEnds[middle], key, 0, key.length);
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// Returns the array that holds all keys, until an entry is added.
    byte[] keys() {
        return keys;
    }

    /// Returns where the key of an entry begins.
    int keyFrom(int entry) {
        return entry == 0 ? 0 : keyEnds[entry - 1];
    }

    /// Returns where the key of an entry ends.
    int keyTo(int entry) {
        return keyEnds[entry];
    }

    /// Returns the first number of an entry.
    int first(int entry) {
        return firsts[entry];
    }

    /// Returns its second number.
    long second(int entry) {
        return seconds[entry];
    }

    /// Returns its third number.
    long third(int entry) {
        return thirds[entry];
    }
}
