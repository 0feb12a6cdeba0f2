package io.kvs.server.program;

/// A setting is wrong. The message is one line for whoever has set it.
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String problem;

    UsageException(String problem) {
        super(problem, null, false, false);
        this.problem = problem;
    }

    /// Returns what is wrong.
    String problem() {
        return problem;
    }
}
