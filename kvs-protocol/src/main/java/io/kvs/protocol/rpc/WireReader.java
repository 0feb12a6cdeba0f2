package io.kvs.protocol.rpc;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads the fields of a message in place.
///
/// ```
/// for (int tag = reader.tag(); tag != 0; tag = reader.tag()) {
///     switch (WireReader.field(tag)) { … default -> reader.skip(tag); }
/// }
/// ```
final class WireReader {
    static final int VARINT = 0;
    static final int FIXED_64 = 1;
    static final int BYTES = 2;
    static final int FIXED_32 = 5;

    private byte[] array = {};
    private int position;
    private int end;

    /// Begins to read a message between two indices.
    void begin(byte[] bytes, int from, int to) {
        array = bytes;
        position = from;
        end = to;
    }

    static int field(int tag) {
        return tag >>> 3;
    }

    static int type(int tag) {
        return tag & 7;
    }

    /// Returns the tag of the next field, or 0 at the end.
    int tag() throws MalformedFrameException {
        if (position == end) {
            return 0;
        }
        long tag = varint();
        if (tag <= 7 || tag > Integer.MAX_VALUE) {
            throw new MalformedFrameException("a field with the number 0 or a large one");
        }
        return (int) tag;
    }

    /// Reads a number.
    ///
    /// @param tag of the field, whose type is checked
    long varint(int tag) throws MalformedFrameException {
        checkType(tag, VARINT);
        return varint();
    }

    private long varint() throws MalformedFrameException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (position == end) {
                throw truncated();
            }
            byte next = array[position++];
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedFrameException("a number of more than 64 bits");
    }

    /// Goes past bytes, or a message; returns their length. They end at {@link #position()}.
    ///
    /// @param tag of the field, whose type is checked
    int bytes(int tag) throws MalformedFrameException {
        checkType(tag, BYTES);
        long length = varint();
        if (length < 0 || length > end - position) {
            throw truncated();
        }
        position += (int) length;
        return (int) length;
    }

    /// Reads text; what is not UTF-8 in it is replaced.
    String text(int tag) throws MalformedFrameException {
        int length = bytes(tag);
        return new String(array, position - length, length, StandardCharsets.UTF_8);
    }

    int position() {
        return position;
    }

    /// Returns a copy of the bytes between two indices.
    byte[] copy(int from, int length) {
        return Arrays.copyOfRange(array, from, from + length);
    }

    /// Goes past a field that is not known here.
    void skip(int tag) throws MalformedFrameException {
        switch (type(tag)) {
            case VARINT -> varint();
            case FIXED_64 -> skipBytes(8);
            case BYTES -> bytes(tag);
            case FIXED_32 -> skipBytes(4);
            default -> throw new MalformedFrameException("a field of an unknown type");
        }
    }

    private void skipBytes(int count) throws MalformedFrameException {
        if (end - position < count) {
            throw truncated();
        }
        position += count;
    }

    private static void checkType(int tag, int type) throws MalformedFrameException {
        if (type(tag) != type) {
            throw new MalformedFrameException(
                    "the field " + field(tag) + " has the wrong type " + type(tag));
        }
    }

    private static MalformedFrameException truncated() {
        return new MalformedFrameException("a field goes beyond the end of its message");
    }
}
