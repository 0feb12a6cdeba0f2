package io.kvs.protocol.resp;

import io.kvs.protocol.OutputBuffer;
import java.nio.charset.StandardCharsets;

/// Appends replies in version 2 or 3 of the protocol; what only version 3 has is written in version
/// 2 as Redis does.
///
/// Not safe for use by several threads at once.
public final class ReplyWriter {
    private static final byte[] END_OF_LINE = {'\r', '\n'};
    private static final byte[] OK = ascii("+OK\r\n");
    private static final byte[] NULL_2 = ascii("$-1\r\n");
    private static final byte[] NULL_ARRAY_2 = ascii("*-1\r\n");
    private static final byte[] NULL_3 = ascii("_\r\n");

    private OutputBuffer out;
    private int version = 2;

    /// Makes one that appends in version 2.
    public ReplyWriter(OutputBuffer out) {
        this.out = out;
    }

    /// Appends to another buffer from now on.
    public void to(OutputBuffer buffer) {
        out = buffer;
    }

    /// Returns the buffer that is appended to.
    public OutputBuffer buffer() {
        return out;
    }

    /// Returns the version, 2 or 3.
    public int version() {
        return version;
    }

    /// Writes in version 2 or 3 from now on.
    public void version(int value) {
        assert value == 2 || value == 3 : value;
        version = value;
    }

    /// Replies `OK`.
    public void ok() {
        out.write(OK);
    }

    /// Replies with a word or a short text without line ends.
    public void simple(String text) {
        out.write('+').writeAscii(text).write(END_OF_LINE);
    }

    /// Replies that something failed.
    ///
    /// @param text a code in capital letters, a space, and a sentence; line ends become spaces
    public void error(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\r' || bytes[i] == '\n') {
                bytes[i] = ' ';
            }
        }
        out.write('-').write(bytes).write(END_OF_LINE);
    }

    /// Replies with a whole number.
    public void integer(long value) {
        out.write(':').writeDecimal(value).write(END_OF_LINE);
    }

    /// Replies with a string of bytes.
    public void bulk(byte[] value) {
        bulk(value, 0, value.length);
    }

    /// Replies with a string of bytes that are part of an array.
    public void bulk(byte[] array, int offset, int length) {
        header('$', length);
        out.write(array, offset, length).write(END_OF_LINE);
    }

    /// Replies with a text.
    public void bulk(String text) {
        bulk(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Replies that there is no value.
    public void nil() {
        out.write(version == 2 ? NULL_2 : NULL_3);
    }

    /// Replies that there is no array.
    public void nilArray() {
        out.write(version == 2 ? NULL_ARRAY_2 : NULL_3);
    }

    /// Begins an array of as many replies, which follow.
    public void array(int count) {
        header('*', count);
    }

    /// Begins a map of as many entries, whose keys and values follow in turn.
    public void map(int count) {
        if (version == 2) {
            header('*', 2L * count);
        } else {
            header('%', count);
        }
    }

    /// Begins a set of as many replies, which follow.
    public void set(int count) {
        header(version == 2 ? '*' : '~', count);
    }

    /// Begins a message that answers no request, of as many replies, which follow.
    public void push(int count) {
        header(version == 2 ? '*' : '>', count);
    }

    /// Replies yes or no; in version 2 with 1 or 0.
    public void bool(boolean value) {
        if (version == 2) {
            integer(value ? 1 : 0);
        } else {
            out.write('#').write(value ? 't' : 'f').write(END_OF_LINE);
        }
    }

    /// Replies with a number that need not be whole; in version 2 with its text.
    public void number(double value) {
        String text = text(value);
        if (version == 2) {
            bulk(text);
        } else {
            out.write(',').writeAscii(text).write(END_OF_LINE);
        }
    }

    /// Replies with text that is meant for people; in version 2 with a bulk string.
    public void verbatim(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (version == 2) {
            bulk(bytes);
        } else {
            header('=', bytes.length + 4);
            out.writeAscii("txt:").write(bytes).write(END_OF_LINE);
        }
    }

    private static String text(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        boolean isWhole = value == Math.rint(value) && Math.abs(value) < 1e17;
        return isWhole ? Long.toString((long) value) : Double.toString(value);
    }

    private void header(char type, long count) {
        out.write(type).writeDecimal(count).write(END_OF_LINE);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
