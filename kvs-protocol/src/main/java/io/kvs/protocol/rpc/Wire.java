package io.kvs.protocol.rpc;

import io.kvs.protocol.OutputBuffer;

/// Sizes and forms of the fields of a message, as protobuf encodes them.
final class Wire {
    private Wire() {}

    static int varintSize(long value) {
        // One byte for each 7 bits; 0 takes one too.
        return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
    }

    static void varint(long value, OutputBuffer out) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    /// Returns the size of a number field with a small field number; 0 is left out.
    static int numberSize(long value) {
        return value == 0 ? 0 : 1 + varintSize(value);
    }

    static void number(int field, long value, OutputBuffer out) {
        if (value != 0) {
            out.write(field << 3 | WireReader.VARINT);
            varint(value, out);
        }
    }

    /// Returns the size of a field of bytes with a small field number.
    static int bytesSize(int length) {
        return 1 + varintSize(length) + length;
    }

    /// Writes what stands before the bytes of a field.
    static void bytesHeader(int field, int length, OutputBuffer out) {
        out.write(field << 3 | WireReader.BYTES);
        varint(length, out);
    }

    static void bytes(int field, byte[] value, OutputBuffer out) {
        bytesHeader(field, value.length, out);
        out.write(value);
    }
}
