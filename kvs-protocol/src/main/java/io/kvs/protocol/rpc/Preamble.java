package io.kvs.protocol.rpc;

import io.kvs.protocol.InputBuffer;

/// The first bytes of a connection, by which the server knows the protocol and its version: no
/// request of Redis begins with such a byte.
public final class Preamble {
    /// The first byte.
    public static final byte FIRST = (byte) 0xAB;

    /// How many bytes it has.
    public static final int LENGTH = 8;

    /// The version that is spoken here.
    public static final int VERSION = 1;

    private static final byte[] BYTES = {FIRST, 'K', 'V', 'S', VERSION, 0, 0, 0};

    private Preamble() {}

    /// Returns its bytes.
    public static byte[] bytes() {
        return BYTES.clone();
    }

    /// Consumes it; returns the version that the client asks for.
    ///
    /// @param in at least {@link #LENGTH} bytes
    /// @throws MalformedFrameException it is something else
    public static int read(InputBuffer in) throws MalformedFrameException {
        byte[] array = in.array();
        int start = in.start();
        for (int i = 0; i < LENGTH; i++) {
            if (i != 4 && array[start + i] != BYTES[i]) {
                throw new MalformedFrameException("the connection begins with other bytes");
            }
        }
        in.consume(LENGTH);
        return array[start + 4] & 0xFF;
    }
}
