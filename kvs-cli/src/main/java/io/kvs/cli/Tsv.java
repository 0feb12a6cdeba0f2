package io.kvs.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Lines of key, TAB and value. Every byte stands for itself: there is no escape, so that file
/// names and whatever else a program prints go in unchanged. The value is all behind the first TAB.
final class Tsv {
    private static final int KEY_SHOWN_LENGTH_MAX = 60;

    private Tsv() {}

    static Entry read(Lines line) {
        int tab = line.indexOf((byte) '\t');
        if (tab < 0) {
            throw new CommandException(ExitCode.FAILED, "no TAB between key and value");
        }
        return new Entry(line.part(0, tab), line.part(tab + 1, line.length()), null);
    }

    /// Writes such lines, and refuses what they cannot hold.
    static final class Writer implements EntryWriter {
        private final OutputStream out;
        private final String remedy;

        /// Makes one.
        ///
        /// @param remedy the option with which the command can write every entry
        Writer(OutputStream out, String remedy) {
            this.out = out;
            this.remedy = remedy;
        }

        @Override
        public void write(byte[] key, byte[] value, @Nullable Instant expiry) throws IOException {
            if (contains(key, '\t') || contains(key, '\n')) {
                throw unfit(key, "the key holds a TAB or a line feed");
            }
            if (contains(value, '\n')) {
                throw unfit(key, "the value holds a line feed");
            }
            if (expiry != null) {
                throw unfit(key, "the value expires");
            }
            if ((long) key.length + value.length >= Lines.LINE_BYTES_MAX) {
                throw refused(key, "the line would be longer than " + Lines.LINE_BYTES_MAX);
            }
            out.write(key);
            out.write('\t');
            out.write(value);
            out.write('\n');
        }

        @Override
        public void write(byte[] key) throws IOException {
            if (contains(key, '\n')) {
                throw unfit(key, "the key holds a line feed");
            }
            out.write(key);
            out.write('\n');
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        private CommandException unfit(byte[] key, String reason) {
            return refused(key, reason + "; use " + remedy);
        }
    }

    /// Makes the error for an entry that a format cannot hold.
    static CommandException refused(byte[] key, String reason) {
        String text = new String(key, StandardCharsets.UTF_8);
        String shown =
                text.length() <= KEY_SHOWN_LENGTH_MAX
                        ? text
                        : text.substring(0, KEY_SHOWN_LENGTH_MAX) + "…";
        return new CommandException(
                ExitCode.FAILED, "cannot print the key '" + shown + "': " + reason);
    }

    private static boolean contains(byte[] bytes, char wanted) {
        for (byte b : bytes) {
            if (b == wanted) {
                return true;
            }
        }
        return false;
    }
}
