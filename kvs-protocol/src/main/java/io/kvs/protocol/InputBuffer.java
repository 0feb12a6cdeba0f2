package io.kvs.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Bytes that were received and not consumed yet, in one piece.
///
/// Whoever parses them reads {@link #array()} between {@link #start()} and {@link #end()} in place.
/// What was consumed stays in the array until bytes are appended. It grows with what is appended
/// and never by what a length announces. Not safe for use by several threads at once.
public final class InputBuffer {
    private static final int GROWTH_MIN_BYTES = 512;

    private byte[] bytes;
    private int start;
    private int end;

    /// Makes an empty one.
    ///
    /// @param capacity how many bytes it holds before it grows for the first time
    public InputBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    /// Returns the array that holds the bytes; another one after the next append.
    public byte[] array() {
        return bytes;
    }

    /// Returns the index of the first byte that was not consumed.
    public int start() {
        return start;
    }

    /// Returns the index behind the last byte.
    public int end() {
        return end;
    }

    /// Returns how many bytes were not consumed.
    public int size() {
        return end - start;
    }

    /// Returns whether everything was consumed.
    public boolean isEmpty() {
        return start == end;
    }

    /// Returns how many bytes of memory it takes.
    public int capacity() {
        return bytes.length;
    }

    /// Consumes the next `count` bytes.
    public void consume(int count) {
        assert count >= 0 && count <= size() : count + " of " + size();
        start += count;
    }

    /// Appends what is left in `source`.
    public void append(ByteBuffer source) {
        int count = source.remaining();
        makeRoom(count);
        source.get(bytes, end, count);
        end += count;
    }

    /// Appends bytes of an array.
    public void append(byte[] source, int offset, int count) {
        makeRoom(count);
        System.arraycopy(source, offset, bytes, end, count);
        end += count;
    }

    /// Forgets all bytes.
    public void clear() {
        start = 0;
        end = 0;
    }

    private void makeRoom(int count) {
        if (start == end) {
            clear();
        }
        if (bytes.length - end >= count) {
            return;
        }
        int size = size();
        int needed = Math.addExact(size, count);
        byte[] target =
                needed <= bytes.length
                        ? bytes
                        : new byte[(int) Math.min(Integer.MAX_VALUE - 8, grown(needed))];
        System.arraycopy(bytes, start, target, 0, size);
        bytes = target;
        start = 0;
        end = size;
    }

    private long grown(int needed) {
        return Math.max(Math.max(needed, GROWTH_MIN_BYTES), 2L * bytes.length);
    }

    /// Returns a copy of the bytes that were not consumed.
    public byte[] toByteArray() {
        return Arrays.copyOfRange(bytes, start, end);
    }
}
