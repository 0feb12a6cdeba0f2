package io.kvs.cli;

import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/// All that the program sees of the world besides the store; a test brings its own.
public interface Surroundings {
    /// Returns the name of the program, which begins what it reports.
    default String program() {
        return "kvs";
    }

    /// Returns standard input.
    InputStream in();

    /// Returns standard output: unbuffered, and every failed write raises an exception.
    OutputStream out();

    /// Returns standard error.
    OutputStream err();

    /// Returns an environment variable, or null if it is not set.
    @Nullable String variable(String name);

    /// Returns whether somebody is watching standard error.
    boolean isWatched();
}
