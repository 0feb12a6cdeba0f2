package io.kvs.cli;

import java.io.IOException;

/// Writes entries as lines.
interface EntryWriter {
    /// Writes an entry.
    ///
    /// @throws CommandException the format cannot hold it
    void write(byte[] key, byte[] value) throws IOException;

    /// Writes a key without its value.
    ///
    /// @throws CommandException the format cannot hold it
    void write(byte[] key) throws IOException;

    /// Hands everything to the stream below.
    void flush() throws IOException;
}
