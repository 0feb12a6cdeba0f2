package io.kvs;

/// An earlier write or sync failed, and the store takes no further writes: what is on stable
/// storage is uncertain until it is opened again. Reads go on. Close the store, mend the cause,
/// reopen it.
public final class StoreFailedException extends KvsException {
    private static final long serialVersionUID = 1L;

    /// Makes one; `cause` is the first failure.
    public StoreFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
