package io.kvs;

/// Something that a transaction has read was changed before it was committed. Nothing was written;
/// begin again.
public final class ConflictException extends KvsException {
    private static final long serialVersionUID = 1L;

    /// Makes one.
    public ConflictException() {
        super("something that the transaction has read was changed meanwhile", null);
    }
}
