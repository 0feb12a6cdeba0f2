package io.kvs.cli;

import java.io.OutputStream;

/// How entries are written as lines.
enum Format {
    /// Key, TAB, value; every byte stands for itself.
    TSV,

    /// A JSON object in each line.
    JSON;

    /// Reads the entry of the line that `lines` is at.
    ///
    /// @throws CommandException the line is not in this format; the message goes on from "line n: "
    Entry read(Lines lines) {
        return switch (this) {
            case TSV -> Tsv.read(lines);
            case JSON -> Json.read(lines);
        };
    }

    /// Makes a writer of entries.
    EntryWriter writer(OutputStream out) {
        return switch (this) {
            case TSV -> new Tsv.Writer(out, "--format json");
            case JSON -> new Json.Writer(out);
        };
    }

    /// Returns the format of a text from its first line.
    ///
    /// A line without TAB cannot be TSV. One with a TAB that looks like JSON is left to the user,
    /// since a wrong guess would go unnoticed.
    ///
    /// @throws CommandException it might be both
    static Format detect(Lines first) {
        if (!looksLikeJson(first)) {
            return TSV;
        }
        if (first.indexOf((byte) '\t') >= 0) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "it could be TSV or JSON; say which with --format tsv or --format json");
        }
        return JSON;
    }

    /// Returns whether the line begins with a brace and a quotation mark.
    private static boolean looksLikeJson(Lines line) {
        byte[] buffer = line.buffer();
        int at = line.start();
        int end = at + line.length();
        if (at == end || buffer[at] != '{') {
            return false;
        }
        at++;
        while (at < end && (buffer[at] == ' ' || buffer[at] == '\t')) {
            at++;
        }
        return at < end && buffer[at] == '"';
    }
}
