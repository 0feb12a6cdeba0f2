package io.kvs.cli;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The bytes of the arguments.
///
/// The virtual machine decodes arguments by the locale and puts U+FFFD for what it cannot decode.
/// Where that has happened, Linux still has the bytes.
public final class RawArguments {
    private static final String COMMAND_LINE = "/proc/self/cmdline";

    /// A byte that is not UTF-8 stands in an escaped argument as this plus the byte: half of a
    /// surrogate pair, which decoded text cannot hold.
    private static final int ESCAPE = 0xDC00;

    private RawArguments() {}

    /// Returns the bytes of argument `index`.
    public static byte[] bytes(String[] arguments, int index) {
        String argument = arguments[index];
        return argument.indexOf('\uFFFD') < 0
                ? argument.getBytes(StandardCharsets.UTF_8)
                : raw(arguments, index);
    }

    /// Returns the arguments with escapes for the bytes that are not UTF-8, so that nothing of them
    /// is lost while they are parsed as text.
    static String[] escaped(String[] arguments) {
        String[] escaped = arguments.clone();
        for (int i = 0; i < escaped.length; i++) {
            if (escaped[i].indexOf('\uFFFD') >= 0) {
                escaped[i] = escape(raw(arguments, i));
            }
        }
        return escaped;
    }

    /// Returns the bytes of an argument, or a part of one, that {@link #escaped} has returned.
    static byte[] unescape(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (Character.isHighSurrogate(text.charAt(i))) {
                i++; // The other half belongs to it.
            } else if (Character.isLowSurrogate(text.charAt(i))) {
                bytes.writeBytes(text.substring(start, i).getBytes(StandardCharsets.UTF_8));
                bytes.write(text.charAt(i) - ESCAPE);
                start = i + 1;
            }
        }
        bytes.writeBytes(text.substring(start).getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    /// Returns the text of the bytes, with escapes for those that are not UTF-8.
    static String escape(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        while (result.isError()) {
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (ESCAPE + (in.get() & 0xFF)));
            }
            result = decoder.reset().decode(in, out, true);
        }
        return out.flip().toString();
    }

    private static byte[] raw(String[] arguments, int index) {
        try (FileInputStream in = new FileInputStream(COMMAND_LINE)) {
            return fromEnd(in.readAllBytes(), arguments.length - index);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.WRONG_USAGE, "an argument is not UTF-8; see --help");
        }
    }

    /// Returns the `count`-th last of the parts, each of which ends with a zero byte.
    static byte[] fromEnd(byte[] parts, int count) throws IOException {
        int end = parts.length;
        int left = count;
        for (int i = parts.length - 2; i >= 0; i--) {
            if (parts[i] == 0) {
                left--;
                if (left == 0) {
                    return Arrays.copyOfRange(parts, i + 1, end - 1);
                }
                end = i + 1;
            }
        }
        throw new IOException("fewer arguments than expected");
    }
}
