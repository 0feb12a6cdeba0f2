package io.kvs.protocol.resp;

/// A line that a person has typed: words between white space, in quotes or not.
///
/// In double quotes `\n`, `\r`, `\t`, `\b`, `\a`, and `\x` with two hexadecimal digits stand for a
/// byte, and any other character behind a backslash for itself; in single quotes `\'` alone.
final class InlineCommand {
    private final byte[] line;
    private final int end;
    private final byte[] words;
    private int index;
    private int size;

    InlineCommand(byte[] line, int start, int end) {
        this.line = line;
        this.index = start;
        this.end = end;
        this.words = new byte[end - start];
    }

    /// Adds the words of the line.
    ///
    /// @throws RespException a quote is not closed, or something follows one that closes
    void split(Arguments arguments) throws RespException {
        while (true) {
            while (index < end && isSpace(line[index])) {
                index++;
            }
            if (index == end) {
                break;
            }
            int start = size;
            word();
            arguments.add(start, size - start);
        }
        arguments.in(words, 0);
    }

    private void word() throws RespException {
        while (index < end && !isSpace(line[index])) {
            byte next = line[index++];
            if (next == '"') {
                doubleQuoted();
            } else if (next == '\'') {
                singleQuoted();
            } else {
                words[size++] = next;
            }
        }
    }

    private void doubleQuoted() throws RespException {
        while (index < end && line[index] != '"') {
            if (line[index] == '\\' && index + 1 < end) {
                index++;
                escape();
            } else {
                words[size++] = line[index++];
            }
        }
        closeQuote();
    }

    private void escape() {
        byte letter = line[index++];
        if (letter == 'x'
                && index + 1 < end
                && hex(line[index]) >= 0
                && hex(line[index + 1]) >= 0) {
            words[size++] = (byte) (hex(line[index]) << 4 | hex(line[index + 1]));
            index += 2;
            return;
        }
        words[size++] =
                switch (letter) {
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    case 'b' -> '\b';
                    case 'a' -> 0x07;
                    default -> letter;
                };
    }

    private void singleQuoted() throws RespException {
        while (index < end && line[index] != '\'') {
            if (line[index] == '\\' && index + 1 < end && line[index + 1] == '\'') {
                index++;
            }
            words[size++] = line[index++];
        }
        closeQuote();
    }

    private void closeQuote() throws RespException {
        boolean closed = index < end && (index + 1 == end || isSpace(line[index + 1]));
        if (!closed) {
            throw new RespException("unbalanced quotes in request");
        }
        index++;
    }

    private static int hex(byte digit) {
        return Character.digit(digit, 16);
    }

    private static boolean isSpace(byte value) {
        return value == ' ' || value >= '\t' && value <= '\r';
    }
}
