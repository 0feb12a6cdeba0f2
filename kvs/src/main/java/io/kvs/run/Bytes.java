package io.kvs.run;

import java.util.Arrays;

/// A growing byte array with the integers of run and hint files.
public final class Bytes {
    private byte[] array;
    private int length;

    /// Makes an empty one with room for `capacity` bytes.
    public Bytes(int capacity) {
        array = new byte[capacity];
    }

    /// Returns the array that holds the bytes, until something is put.
    public byte[] array() {
        return array;
    }

    /// Returns how many bytes there are.
    public int length() {
        return length;
    }

    /// Forgets all bytes.
    public void clear() {
        length = 0;
    }

    /// Appends 7 bits a byte, the lowest first.
    public void putVarint(long value) {
        ensure(10);
        long rest = value;
        while (rest >= 0x80) {
            array[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        array[length++] = (byte) rest;
    }

    /// Appends a range of bytes.
    public void put(byte[] source, int offset, int count) {
        ensure(count);
        System.arraycopy(source, offset, array, length, count);
        length += count;
    }

    /// Appends four bytes, little-endian.
    public void putInt(int value) {
        ensure(4);
        for (int i = 0; i < 4; i++) {
            array[length++] = (byte) (value >>> 8 * i);
        }
    }

    /// Appends eight bytes, little-endian.
    public void putLong(long value) {
        putInt((int) value);
        putInt((int) (value >>> 32));
    }

    private void ensure(int count) {
        if (array.length - length < count) {
            array = Arrays.copyOf(array, Math.max(2 * array.length, length + count));
        }
    }
}
