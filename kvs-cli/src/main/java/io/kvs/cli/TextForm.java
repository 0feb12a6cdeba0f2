package io.kvs.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Bytes as text in a line.
final class TextForm {
    private static final HexFormat HEX = HexFormat.of();

    private TextForm() {}

    /// Returns whether the bytes are UTF-8.
    static boolean isUtf8(byte[] bytes) {
        int i = 0;
        while (i < bytes.length && bytes[i] >= 0) {
            i++;
        }
        if (i == bytes.length) {
            return true;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /// Writes bytes so that they neither end the line nor steer a terminal: `\t`, `\n`, `\r` and
    /// `\\`, and `\xNN` for each byte of another control character, or beyond ASCII where the bytes
    /// are not UTF-8.
    static void writeEscaped(byte[] bytes, OutputStream out) throws IOException {
        boolean utf8 = isUtf8(bytes);
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            switch (b) {
                case '\t' -> ascii("\\t", out);
                case '\n' -> ascii("\\n", out);
                case '\r' -> ascii("\\r", out);
                case '\\' -> ascii("\\\\", out);
                default -> {
                    if (b >= 0 ? Character.isISOControl(b) : !utf8 || isControlPart(bytes, i)) {
                        ascii("\\x" + HEX.toHexDigits(b), out);
                    } else {
                        out.write(b);
                    }
                }
            }
        }
    }

    /// Returns whether a byte of UTF-8 belongs to a control character beyond ASCII, U+0080 to
    /// U+009F: their first byte is C2, their second one 80 to 9F.
    private static boolean isControlPart(byte[] bytes, int at) {
        byte lead = (byte) 0xC2;
        int first = bytes[at] == lead ? at : at - 1;
        return first >= 0 && bytes[first] == lead && (bytes[first + 1] & 0xE0) == 0x80;
    }

    private static void ascii(String text, OutputStream out) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
