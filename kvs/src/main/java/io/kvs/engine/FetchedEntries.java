package io.kvs.engine;

import io.kvs.run.NewestCursor;
import io.kvs.segment.Place;
import io.kvs.segment.Segment;
import io.kvs.segment.Words;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Some entries that a cursor has ahead of it: their keys, one behind the other in one array, and
/// where their records lie.
final class FetchedEntries {
    /// How many there can be.
    static final int COUNT_MAX = 64;

    private static final int KEY_BYTES = 32;

    /// So much of each record is touched; of what comes then, the processor fetches the next lines
    /// by itself.
    private static final int TOUCHED_BYTES_MAX = 512;

    private byte[] keys = new byte[COUNT_MAX * KEY_BYTES];

    /// Where the key of each entry ends; the first one begins at 0.
    private final int[] keyEnds = new int[COUNT_MAX];

    private final @Nullable Segment[] segments = new Segment[COUNT_MAX];
    private final long[] offsets = new long[COUNT_MAX];
    private final int[] valueLengths = new int[COUNT_MAX];
    private int count;

    /// Forgets all.
    void clear() {
        count = 0;
    }

    /// Adds the entry that a cursor stands at.
    void add(NewestCursor cursor) {
        int from = keyFrom(count);
        int to = from + cursor.keyLength();
        if (to > keys.length) {
            keys = Arrays.copyOf(keys, Math.max(to, 2 * keys.length));
        }
        System.arraycopy(cursor.keyBytes(), 0, keys, from, cursor.keyLength());
        keyEnds[count] = to;
        segments[count] = cursor.segment();
        offsets[count] = cursor.offset();
        valueLengths[count] = cursor.valueLength();
        count++;
    }

    /// Touches the memory of all records: the processor then waits for many lines at once, not for
    /// each when it is read.
    void touch() {
        long words = 0;
        for (int i = 0; i < count; i++) {
            int bytes = keyTo(i) - keyFrom(i) + valueLengths[i];
            words += segment(i).touch(offsets[i], Math.min(bytes, TOUCHED_BYTES_MAX));
        }
        Words.keep(words);
    }

    /// Returns how many there are.
    int count() {
        return count;
    }

    /// Returns a copy of a key.
    byte[] key(int entry) {
        return Arrays.copyOfRange(keys, keyFrom(entry), keyTo(entry));
    }

    /// Returns the array that holds all keys.
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

    /// Returns where the record of an entry lies.
    Place place(int entry) {
        return new Place(segment(entry), offsets[entry]);
    }

    private Segment segment(int entry) {
        return Objects.requireNonNull(segments[entry]);
    }
}
