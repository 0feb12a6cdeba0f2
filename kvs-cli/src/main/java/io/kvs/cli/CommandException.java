package io.kvs.cli;

/// The command cannot be carried out; the message is all that the user needs to know.
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /// Makes one that ends the program with `exitCode`.
    public CommandException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
