package io.kvs.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Bytes to send, in the order in which they were appended.
///
/// It grows as needed up to a limit; what would exceed the limit raises {@link
/// OutputLimitException}. Not safe for use by several threads at once.
public final class OutputBuffer {
    private byte[] bytes;
    private int start;
    private int end;
    private int limitBytes;

    /// Up to here there is room without a closer look: the smaller of capacity and limit.
    private int roomEnd;

    /// Makes an empty one.
    ///
    /// @param capacity how many bytes it holds before it grows for the first time
    /// @param limitBytes how many bytes it may hold that were not sent
    public OutputBuffer(int capacity, int limitBytes) {
        bytes = new byte[capacity];
        this.limitBytes = limitBytes;
        measureRoom();
    }

    /// Sets how many bytes it may hold that were not sent.
    public void limit(int value) {
        limitBytes = value;
        measureRoom();
    }

    private void measureRoom() {
        roomEnd = (int) Math.min(bytes.length, (long) start + limitBytes);
    }

    /// Returns how many bytes were not sent.
    public int size() {
        return end - start;
    }

    /// Returns whether everything was sent.
    public boolean isEmpty() {
        return start == end;
    }

    /// Returns how many bytes of memory it takes.
    public int capacity() {
        return bytes.length;
    }

    /// Forgets all bytes.
    public void clear() {
        start = 0;
        end = 0;
        measureRoom();
    }

    /// Takes back what was appended since {@link #size()} was `size`; nothing of it may be sent.
    public void truncate(int size) {
        assert size >= 0 && size <= size() : size + " of " + size();
        end = start + size;
    }

    /// Appends a byte.
    public OutputBuffer write(int value) {
        makeRoom(1);
        bytes[end++] = (byte) value;
        return this;
    }

    /// Appends all bytes of an array.
    public OutputBuffer write(byte[] source) {
        return write(source, 0, source.length);
    }

    /// Appends bytes of an array.
    public OutputBuffer write(byte[] source, int offset, int count) {
        makeRoom(count);
        System.arraycopy(source, offset, bytes, end, count);
        end += count;
        return this;
    }

    /// Appends text of ASCII characters.
    public OutputBuffer writeAscii(String text) {
        int length = text.length();
        makeRoom(length);
        for (int i = 0; i < length; i++) {
            assert text.charAt(i) < 0x80 : text;
            bytes[end++] = (byte) text.charAt(i);
        }
        return this;
    }

    /// Appends a number in decimal digits.
    public OutputBuffer writeDecimal(long value) {
        int digits = digits(value);
        makeRoom(digits);
        int position = end + digits;
        end = position;
        // Negative numbers have one value more than positive ones.
        long rest = value < 0 ? value : -value;
        do {
            long quotient = rest / 10;
            bytes[--position] = (byte) ('0' - (rest - quotient * 10));
            rest = quotient;
        } while (rest != 0);
        if (value < 0) {
            bytes[position - 1] = '-';
        }
        return this;
    }

    /// Returns how many characters a number has, its sign included.
    private static int digits(long value) {
        int digits = value < 0 ? 1 : 0;
        long rest = value;
        do {
            rest /= 10;
            digits++;
        } while (rest != 0);
        return digits;
    }

    /// Moves as many bytes as there is room for from the front to `target`, without counting them
    /// as sent; see {@link #sent(int)}.
    ///
    /// @return how many bytes were copied
    public int copyTo(ByteBuffer target) {
        int count = Math.min(size(), target.remaining());
        target.put(bytes, start, count);
        return count;
    }

    /// Forgets the first `count` bytes: they were sent.
    public void sent(int count) {
        assert count >= 0 && count <= size() : count + " of " + size();
        start += count;
        if (start == end) {
            clear();
        } else {
            measureRoom();
        }
    }

    /// Returns a copy of the bytes that were not sent.
    public byte[] toByteArray() {
        return Arrays.copyOfRange(bytes, start, end);
    }

    private void makeRoom(int count) {
        if (roomEnd - end < count) {
            grow(count);
        }
    }

    private void grow(int count) {
        int size = size();
        long needed = (long) size + count;
        if (needed > limitBytes) {
            throw new OutputLimitException(limitBytes);
        }
        byte[] target = bytes;
        if (needed > bytes.length) {
            long grown = Math.max(needed, Math.min(limitBytes, 2L * bytes.length));
            target = new byte[(int) Math.min(Integer.MAX_VALUE - 8, grown)];
        }
        System.arraycopy(bytes, start, target, 0, size);
        bytes = target;
        start = 0;
        end = size;
        measureRoom();
    }
}
