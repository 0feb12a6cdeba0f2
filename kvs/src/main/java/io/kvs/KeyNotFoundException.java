package io.kvs;

/// The key that was to be removed is not in the store. Nothing was written.
public final class KeyNotFoundException extends KvsException {
    private static final long serialVersionUID = 1L;

    /// Makes one.
    public KeyNotFoundException() {
        super("key not found", null);
    }
}
