package io.kvs.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.exc.JacksonIOException;

/// Prints many lines to standard output, until all are printed or its reader has gone away: one
/// like `head` has then seen what it wanted.
final class Listing {
    private static final int BUFFER_BYTES = 64 << 10;

    /// What the system says of a pipe that nobody reads; Java has no other sign of it.
    private static final String READER_GONE = "Broken pipe";

    private Listing() {}

    /// Prints what `source` writes.
    ///
    /// @throws OutputException standard output takes no more, for another reason
    static void print(Source source, Surroundings surroundings) {
        OutputStream out = new BufferedOutputStream(surroundings.out(), BUFFER_BYTES);
        try {
            source.writeTo(out);
            out.flush();
        } catch (IOException e) {
            end(e);
        } catch (JacksonIOException e) {
            end(e.getCause());
        }
    }

    private static void end(@Nullable Throwable failure) {
        if (failure == null || !READER_GONE.equals(failure.getMessage())) {
            throw new OutputException(failure);
        }
    }

    /// Where the lines come from.
    @FunctionalInterface
    interface Source {
        /// Writes all lines.
        void writeTo(OutputStream out) throws IOException;
    }
}
