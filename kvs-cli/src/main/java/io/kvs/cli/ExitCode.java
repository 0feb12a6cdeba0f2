package io.kvs.cli;

/// What the program returns to its caller.
public final class ExitCode {
    /// Done.
    public static final int DONE = 0;

    /// The key is not in the store.
    public static final int KEY_NOT_FOUND = 1;

    /// The key is in the store already, and was to be added only if it is not.
    static final int KEY_EXISTS = 1;

    /// The command line is wrong; nothing was tried.
    public static final int WRONG_USAGE = 2;

    /// It could not be done.
    public static final int FAILED = 3;

    /// `verify` has found damage.
    static final int DAMAGED = 4;

    private ExitCode() {}
}
