package io.kvs.format;

/// What a record holds instead of a value that was compressed: the length of the value, as a
/// varint, and behind it the result (FORMAT.md, "Compressed values").
public final class CompressedValue {
    /// The most bytes that the length takes.
    public static final int LENGTH_MAX_BYTES = 5;

    private CompressedValue() {}

    /// Puts the length of a value into `target`; returns the offset behind it.
    public static int putLength(byte[] target, int from, int length) {
        int at = from;
        int rest = length;
        while (rest >= 0x80) {
            target[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        target[at++] = (byte) rest;
        return at;
    }

    /// Returns the length of the value.
    ///
    /// @throws IllegalArgumentException there is none in `[from, to)`
    public static int length(byte[] source, int from, int to) {
        long length = 0;
        int shift = 0;
        for (int at = from; at < Math.min(to, from + LENGTH_MAX_BYTES); at++) {
            length |= (long) (source[at] & 0x7F) << shift;
            shift += 7;
            if (source[at] >= 0 && length <= RecordHeader.RECORD_MAX_BYTES) {
                return (int) length;
            }
        }
        throw new IllegalArgumentException("not the length of a value");
    }

    /// Returns how many bytes a length takes.
    public static int lengthBytes(int length) {
        return (Integer.SIZE - Integer.numberOfLeadingZeros(length | 1) + 6) / 7;
    }
}
