package io.kvs;

/// Compaction could not be done. Nothing is lost and the store stays usable; the cause says what to
/// mend (usually a full disk), then compact again.
public final class CompactionFailedException extends KvsException {
    private static final long serialVersionUID = 1L;

    /// Makes one; `message` says what could not be done.
    public CompactionFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
