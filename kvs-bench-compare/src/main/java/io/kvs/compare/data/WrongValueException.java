package io.kvs.compare.data;

/// A store did not return what was stored in it.
public final class WrongValueException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// @param index the index of the key that was asked for
    /// @param found what was found in the place of its value
    public WrongValueException(long index, String found) {
        super("instead of the value of key " + index + ": " + found);
    }
}
