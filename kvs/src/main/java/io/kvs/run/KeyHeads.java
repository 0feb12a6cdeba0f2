package io.kvs.run;

import io.kvs.format.LittleEndian;
import io.kvs.segment.Segment;
import java.util.Arrays;

/// The heads of some keys: of each, a word of the first bytes behind those that all have in common.
/// Most keys can be told apart by them, without a look at the records.
public final class KeyHeads {
    private final byte[] common;
    private final long[] words;

    /// Makes them of the bytes that all keys begin with, and the {@link #word} of each key behind
    /// these.
    KeyHeads(byte[] common, long[] words) {
        this.common = common;
        this.words = words;
    }

    /// Reads them from at least one record, all in key order.
    ///
    /// @param places the offsets of the records divided by 8
    static KeyHeads of(Segment segment, int[] places, int count) {
        byte[] first = key(segment, places[0]);
        byte[] last = key(segment, places[count - 1]);
        byte[] common = common(first, mismatch(first, last));
        long[] words = new long[count];
        for (int i = 0; i < count; i++) {
            words[i] = KeyOrder.chunk(segment, places[i], common.length);
        }
        return new KeyHeads(common, words);
    }

    /// Returns the first eight bytes of a key that stands in `[from, to)`, zeros taken for those
    /// behind its end. In unsigned order, the word of a key is not greater than that of a greater
    /// key.
    public static long word(byte[] bytes, int from, int to) {
        if (to - from >= Long.BYTES) {
            return Long.reverseBytes(LittleEndian.getLong(bytes, from));
        }
        long word = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            word = word << 8 | (from + i < to ? bytes[from + i] & 0xFF : 0);
        }
        return word;
    }

    /// Compares the start of a key with what all have in common; less or greater, it is less or
    /// greater than all.
    int compareCommon(byte[] key) {
        int compared = Math.min(key.length, common.length);
        return Arrays.compareUnsigned(key, 0, compared, common, 0, common.length);
    }

    /// Returns the word of a key that begins as all do.
    long word(byte[] key) {
        return word(key, common.length, key.length);
    }

    /// Returns the word of each key, not to be changed.
    long[] words() {
        return words;
    }

    /// Returns the word of each key behind the first `length` bytes, which are in common; not to be
    /// changed.
    long[] words(int length) {
        int more = common.length - length;
        if (more == 0) {
            return words;
        }
        long start = word(common, length, common.length);
        long[] longer = new long[words.length];
        for (int i = 0; i < longer.length; i++) {
            longer[i] = more < Long.BYTES ? start | words[i] >>> 8 * more : start;
        }
        return longer;
    }

    /// Returns how many bytes these keys and others have in common.
    int commonWith(KeyHeads others) {
        return mismatch(common, others.common);
    }

    /// Returns the first `length` bytes, which all have in common.
    byte[] common(int length) {
        return common(common, length);
    }

    private static byte[] common(byte[] key, int length) {
        return length == key.length ? key : Arrays.copyOf(key, length);
    }

    private static int mismatch(byte[] one, byte[] other) {
        int mismatch = Arrays.mismatch(one, other);
        return mismatch < 0 ? one.length : mismatch;
    }

    private static byte[] key(Segment segment, int place) {
        long offset = (long) place << 3;
        return segment.key(offset, segment.header(offset));
    }
}
