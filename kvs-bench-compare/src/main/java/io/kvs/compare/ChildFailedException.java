package io.kvs.compare;

import java.nio.file.Path;

/// A child JVM did not do what it was asked for.
final class ChildFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ChildFailedException(int exitCode, Path errors) {
        super("exit code " + exitCode + ", see " + errors);
    }

    ChildFailedException(String message) {
        super(message);
    }
}
