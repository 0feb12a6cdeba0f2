package io.kvs.protocol.rpc;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import io.kvs.protocol.InputBuffer;
import io.kvs.protocol.OutputBuffer;
import java.io.IOException;

/// A message with its length before it: 4 bytes, little-endian.
public final class Frame {
    /// How many bytes the length takes.
    public static final int PREFIX_BYTES = 4;

    private Frame() {}

    /// Returns the length of the message that comes next, or -1 if not all of it is there.
    ///
    /// @param bytesMax how long it may be; checked as soon as the length is there
    /// @throws MalformedFrameException it is empty or longer
    public static int next(InputBuffer in, int bytesMax) throws MalformedFrameException {
        if (in.size() < PREFIX_BYTES) {
            return -1;
        }
        byte[] array = in.array();
        int at = in.start();
        int length =
                array[at] & 0xFF
                        | (array[at + 1] & 0xFF) << 8
                        | (array[at + 2] & 0xFF) << 16
                        | array[at + 3] << 24;
        if (length <= 0 || length > bytesMax) {
            throw new MalformedFrameException(
                    "a frame of "
                            + Integer.toUnsignedString(length)
                            + " bytes; it has 1 to "
                            + bytesMax);
        }
        return in.size() - PREFIX_BYTES < length ? -1 : length;
    }

    /// Writes the length of a message.
    static void writeLength(int length, OutputBuffer out) {
        out.write(length).write(length >> 8).write(length >> 16).write(length >> 24);
    }

    /// Writes a frame of one message.
    static void write(MessageLite message, OutputBuffer out) {
        byte[] bytes = new byte[PREFIX_BYTES + message.getSerializedSize()];
        int length = bytes.length - PREFIX_BYTES;
        for (int i = 0; i < PREFIX_BYTES; i++) {
            bytes[i] = (byte) (length >> 8 * i);
        }
        try {
            CodedOutputStream coded = CodedOutputStream.newInstance(bytes, PREFIX_BYTES, length);
            message.writeTo(coded);
            coded.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new AssertionError("there is room for all of it", e);
        }
        out.write(bytes);
    }
}
