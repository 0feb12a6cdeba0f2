package io.kvs.run;

import io.kvs.CorruptionException;

/// A run cannot be read. It holds nothing that the log does not hold as well: whoever catches this
/// has the run made anew and tries again.
public final class DamagedRunException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Run run;

    /// Makes it.
    ///
    /// @param run the damaged run
    /// @param cause what was found
    public DamagedRunException(Run run, CorruptionException cause) {
        super(cause);
        this.run = run;
    }

    /// Returns the damaged run.
    public Run run() {
        return run;
    }
}
