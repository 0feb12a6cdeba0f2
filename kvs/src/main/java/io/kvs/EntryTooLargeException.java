package io.kvs;

/// An entry or a batch is larger than the limit. Nothing was written; make it smaller, or write the
/// value as a stream. Or a value is larger than an array can be; read it as a stream.
public final class EntryTooLargeException extends KvsException {
    private static final long serialVersionUID = 1L;

    /// Makes one; the message gives size and limit, both in bytes.
    public EntryTooLargeException(String what, long sizeBytes, long limitBytes) {
        super(what + " is too large: " + sizeBytes + " bytes, the limit is " + limitBytes, null);
    }

    /// Makes one; `message` says what is too large, its size and the limit.
    public EntryTooLargeException(String message) {
        super(message, null);
    }
}
