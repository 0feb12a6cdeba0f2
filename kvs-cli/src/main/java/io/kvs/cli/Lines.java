package io.kvs.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// Reads lines as bytes. A line ends with a line feed, the last one also with the end of the input.
final class Lines {
    /// The longest line: it must fit in memory several times over.
    static final int LINE_BYTES_MAX = 256 << 20;

    private static final int BUFFER_BYTES = 64 << 10;

    private final InputStream in;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int from;
    private int to;
    private int length;
    private long number;
    private long bytes;

    Lines(InputStream in) {
        this.in = in;
    }

    /// Reads the next line; returns false at the end.
    ///
    /// @throws CommandException the line is too long
    boolean next() throws IOException {
        from += number == 0 ? 0 : Math.min(length + 1, to - from);
        number++;
        for (int scanned = 0; ; ) {
            for (int i = from + scanned; i < to; i++) {
                if (buffer[i] == '\n') {
                    return found(i - from, 1);
                }
            }
            scanned = to - from;
            if (scanned > LINE_BYTES_MAX) {
                throw new CommandException(
                        ExitCode.FAILED, "it is longer than " + LINE_BYTES_MAX + " bytes");
            }
            if (!fill()) {
                return scanned > 0 && found(scanned, 0);
            }
        }
    }

    /// Returns the bytes that hold the line; valid until the next one is read.
    byte[] buffer() {
        return buffer;
    }

    /// Returns where in them it starts.
    int start() {
        return from;
    }

    /// Returns its length without the line feed.
    int length() {
        return length;
    }

    /// Returns its number, the first one being 1.
    long number() {
        return number;
    }

    /// Returns how many bytes have been read up to its end.
    long bytes() {
        return bytes;
    }

    /// Returns where `wanted` is first in the line, counted from its start, or -1.
    int indexOf(byte wanted) {
        for (int i = 0; i < length; i++) {
            if (buffer[from + i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    /// Returns a part of the line.
    byte[] part(int start, int end) {
        return Arrays.copyOfRange(buffer, from + start, from + end);
    }

    private boolean found(int lineLength, int endBytes) {
        length = lineLength;
        bytes += lineLength + endBytes;
        return true;
    }

    private boolean fill() throws IOException {
        if (to == buffer.length) {
            int kept = to - from;
            byte[] target = kept > buffer.length / 2 ? new byte[2 * buffer.length] : buffer;
            System.arraycopy(buffer, from, target, 0, kept);
            buffer = target;
            from = 0;
            to = kept;
        }
        int count = in.read(buffer, to, buffer.length - to);
        to += Math.max(0, count);
        return count >= 0;
    }
}
