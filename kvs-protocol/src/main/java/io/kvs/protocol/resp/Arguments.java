package io.kvs.protocol.resp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The arguments of a request, the name of the command first; a view of the bytes that were
/// received.
///
/// Valid until the next request is parsed; {@link #copy()} lasts. Not safe for use by several
/// threads at once.
public final class Arguments {
    private static final int CAPACITY_MIN = 16;
    private static final int CAPACITY_KEPT_MAX = 1 << 10;
    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int base;
    private int[] offsets = new int[CAPACITY_MIN];
    private int[] lengths = new int[CAPACITY_MIN];
    private int count;

    Arguments() {}

    /// Makes arguments of texts, as a request would bring them.
    public static Arguments of(String... texts) {
        byte[][] parts = new byte[texts.length][];
        for (int i = 0; i < texts.length; i++) {
            parts[i] = texts[i].getBytes(StandardCharsets.UTF_8);
        }
        return of(parts);
    }

    /// Makes arguments, as a request would bring them.
    public static Arguments of(byte[][] parts) {
        Arguments arguments = new Arguments();
        int size = 0;
        for (byte[] part : parts) {
            size += part.length;
        }
        byte[] all = new byte[size];
        int offset = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, offset, part.length);
            arguments.add(offset, part.length);
            offset += part.length;
        }
        arguments.in(all, 0);
        return arguments;
    }

    /// Returns how many there are.
    public int count() {
        return count;
    }

    /// Returns the array that holds the bytes of all; not to be changed.
    public byte[] array() {
        return bytes;
    }

    /// Returns where in {@link #array()} the argument begins.
    public int offset(int index) {
        assert index < count : index;
        return base + offsets[index];
    }

    /// Returns how many bytes the argument has.
    public int length(int index) {
        assert index < count : index;
        return lengths[index];
    }

    /// Returns a copy of an argument.
    public byte[] bytes(int index) {
        int offset = offset(index);
        return Arrays.copyOfRange(bytes, offset, offset + lengths[index]);
    }

    /// Returns an argument as text; bytes that are no UTF-8 are replaced.
    public String text(int index) {
        return new String(bytes, offset(index), lengths[index], StandardCharsets.UTF_8);
    }

    /// Returns whether an argument is a word, in capital or small letters.
    ///
    /// @param word ASCII, in small letters
    public boolean is(int index, String word) {
        int length = lengths[index];
        if (length != word.length()) {
            return false;
        }
        int offset = offset(index);
        for (int i = 0; i < length; i++) {
            if (lowerCase(bytes[offset + i]) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// Returns a byte, an ASCII letter as the small one.
    public static int lowerCase(byte value) {
        return value >= 'A' && value <= 'Z' ? value + ('a' - 'A') : value;
    }

    /// Returns the same arguments with bytes of their own, which last.
    public Arguments copy() {
        Arguments copy = new Arguments();
        int size = 0;
        for (int i = 0; i < count; i++) {
            size += lengths[i];
        }
        copy.bytes = new byte[size];
        int offset = 0;
        for (int i = 0; i < count; i++) {
            System.arraycopy(bytes, offset(i), copy.bytes, offset, lengths[i]);
            copy.add(offset, lengths[i]);
            offset += lengths[i];
        }
        return copy;
    }

    void clear() {
        count = 0;
        if (offsets.length > CAPACITY_KEPT_MAX) {
            offsets = new int[CAPACITY_MIN];
            lengths = new int[CAPACITY_MIN];
        }
    }

    void add(int offset, int length) {
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
            lengths = Arrays.copyOf(lengths, 2 * count);
        }
        offsets[count] = offset;
        lengths[count] = length;
        count++;
    }

    /// Says where the bytes are: offsets count from `base`.
    void in(byte[] array, int newBase) {
        bytes = array;
        base = newBase;
    }
}
