package io.kvs.run;

import io.kvs.format.RecordHeader;
import io.kvs.segment.Segment;
import java.util.Arrays;

/// Some entries next to each other, decoded, as those of a block from one restart to the next:
/// their keys one behind the other in one array, so that no entry needs an array of its own.
final class Interval {
    /// How many entries there can be.
    static final int COUNT_MAX = BlockWriter.RESTART_INTERVAL;

    private static final int KEY_BYTES = 32;

    private byte[] keys = new byte[COUNT_MAX * KEY_BYTES];

    /// Where the key of each entry ends; the first one begins at 0.
    private final int[] keyEnds = new int[COUNT_MAX];

    private final int[] segmentNumbers = new int[COUNT_MAX];

    /// The offsets of the records, divided by 8.
    private final long[] places = new long[COUNT_MAX];

    private final long[] lengthsAndKinds = new long[COUNT_MAX];
    private int count;

    /// Forgets all entries.
    void clear() {
        count = 0;
    }

    /// Adds an entry of a block, with the first `shared` bytes of the key of the entry before it
    /// and `unshared` bytes more.
    void add(
            int shared,
            byte[] bytes,
            int from,
            int unshared,
            int segmentNumber,
            long place,
            long lengthAndKind) {
        int before = count < 2 ? 0 : keyEnds[count - 2];
        int start = grow(shared + unshared);
        System.arraycopy(keys, before, keys, start, shared);
        System.arraycopy(bytes, from, keys, start + shared, unshared);
        add(segmentNumber, place, lengthAndKind);
    }

    /// Adds an entry for a record of the only segment that there is.
    void add(Segment segment, long offset) {
        long header = segment.header(offset);
        int start = grow(RecordHeader.keyLength(header));
        segment.copyKey(offset, header, keys, start);
        int kind = RecordHeader.kind(header);
        add(
                0,
                offset >>> 3,
                LengthAndKind.of(
                        RecordHeader.valueLength(header),
                        kind == RecordHeader.TOMBSTONE,
                        RecordHeader.has(header, RecordHeader.EXPIRING)));
    }

    private void add(int segmentNumber, long place, long lengthAndKind) {
        segmentNumbers[count] = segmentNumber;
        places[count] = place;
        lengthsAndKinds[count] = lengthAndKind;
        count++;
    }

    /// Makes room for the key of the next entry; returns where it begins.
    private int grow(int keyLength) {
        int start = keyFrom(count);
        int end = start + keyLength;
        if (end > keys.length) {
            keys = Arrays.copyOf(keys, Math.max(end, 2 * keys.length));
        }
        keyEnds[count] = end;
        return start;
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

    /// Returns the number of the segment of an entry.
    int segmentNumber(int entry) {
        return segmentNumbers[entry];
    }

    /// Returns its offset in the segment.
    long offset(int entry) {
        return places[entry] << 3;
    }

    /// Returns its {@link LengthAndKind}.
    long lengthAndKind(int entry) {
        return lengthsAndKinds[entry];
    }
}
