package io.kvs;

/// The directory was written in a format that this version does not know. Use the version that
/// wrote it; nothing was changed.
public final class UnsupportedFormatException extends KvsException {
    private static final long serialVersionUID = 1L;

    /// Makes one; `message` names the file, its format version and those that are supported.
    public UnsupportedFormatException(String message) {
        super(message, null);
    }
}
