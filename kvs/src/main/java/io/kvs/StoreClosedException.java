package io.kvs;

/// The store has been closed. Open it again.
public final class StoreClosedException extends KvsException {
    private static final long serialVersionUID = 1L;

    /// Makes one.
    public StoreClosedException() {
        super("the store is closed", null);
    }
}
