package io.kvs.cli;

import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Writes entries as lines.
interface EntryWriter {
    /// Writes an entry.
    ///
    /// @param expiry when the value expires, or null if it does not
    /// @throws CommandException the format cannot hold it
    void write(byte[] key, byte[] value, @Nullable Instant expiry) throws IOException;

    /// Writes a key without its value.
    ///
    /// @throws CommandException the format cannot hold it
    void write(byte[] key) throws IOException;

    /// Hands everything to the stream below.
    void flush() throws IOException;
}
