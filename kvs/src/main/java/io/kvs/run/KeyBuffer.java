package io.kvs.run;

import java.util.Arrays;

/// A copy of a key in an array that is used for one key after the other.
public final class KeyBuffer {
    private static final int INITIAL_BYTES = 64;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int length;

    /// Copies the key that stands in `[from, to)`.
    public void set(byte[] source, int from, int to) {
        length = to - from;
        if (length > bytes.length) {
            bytes = new byte[Math.max(length, 2 * bytes.length)];
        }
        System.arraycopy(source, from, bytes, 0, length);
    }

    /// Returns the array that holds the key at its start, until another one is set.
    public byte[] bytes() {
        return bytes;
    }

    /// Returns its length in bytes.
    public int length() {
        return length;
    }

    /// Returns the key in an array of its own.
    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    /// Compares it with a key that stands in `[from, to)`.
    public int compareTo(byte[] source, int from, int to) {
        return Arrays.compareUnsigned(bytes, 0, length, source, from, to);
    }

    /// Returns how many bytes it begins with in common with the key that stands in `[from, to)`.
    int shared(byte[] source, int from, int to) {
        int mismatch = Arrays.mismatch(bytes, 0, length, source, from, to);
        return mismatch < 0 ? length : mismatch;
    }
}
