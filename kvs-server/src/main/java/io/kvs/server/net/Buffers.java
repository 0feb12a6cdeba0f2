package io.kvs.server.net;

import io.kvs.protocol.InputBuffer;
import io.kvs.protocol.OutputBuffer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/// The buffers of one thread, lent to its connections while they have something to read or send, so
/// that a silent connection has none.
final class Buffers {
    private static final int READ_BYTES = 64 << 10;
    private static final int WRITE_BYTES = 128 << 10;
    private static final int BYTES_OF_ONE = 8 << 10;
    private static final int OUTPUT_BYTES = 4 << 10;
    private static final int OUTPUT_KEPT_BYTES_MAX = 256 << 10;
    private static final int OUTPUTS_KEPT_MAX = 64;

    private final ByteBuffer readBuffer;
    private final ByteBuffer writeBuffer;
    private final InputBuffer input;
    private final ArrayDeque<OutputBuffer> outputs = new ArrayDeque<>();

    private Buffers(int readBytes, int writeBytes) {
        readBuffer = ByteBuffer.allocateDirect(readBytes);
        writeBuffer = ByteBuffer.allocateDirect(writeBytes);
        input = new InputBuffer(readBytes);
    }

    /// Makes the buffers of a thread that serves many connections.
    static Buffers ofManyConnections() {
        return new Buffers(READ_BYTES, WRITE_BYTES);
    }

    /// Makes the buffers of a thread that serves one connection.
    static Buffers ofOneConnection() {
        return new Buffers(BYTES_OF_ONE, BYTES_OF_ONE);
    }

    /// Returns the buffer to read from a channel, empty.
    ByteBuffer toRead() {
        return readBuffer.clear();
    }

    /// Returns the buffer to write to a channel, empty.
    ByteBuffer toWrite() {
        return writeBuffer.clear();
    }

    /// Returns the input that all connections share that have nothing left of the last one, empty.
    InputBuffer sharedInput() {
        input.clear();
        return input;
    }

    /// Lends an empty output buffer.
    OutputBuffer takeOutput(int limitBytes) {
        OutputBuffer output = outputs.pollLast();
        if (output == null) {
            return new OutputBuffer(OUTPUT_BYTES, limitBytes);
        }
        output.limit(limitBytes);
        return output;
    }

    /// Takes an output buffer back.
    void giveBack(OutputBuffer output) {
        if (outputs.size() < OUTPUTS_KEPT_MAX && output.capacity() <= OUTPUT_KEPT_BYTES_MAX) {
            output.clear();
            outputs.addLast(output);
        }
    }
}
