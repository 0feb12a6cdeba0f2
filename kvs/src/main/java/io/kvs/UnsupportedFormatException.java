package io.kvs;

/// The directory was written in a format that this version does not know, or by another engine. Use
/// the version or the engine that wrote it; nothing was changed.
public final class UnsupportedFormatException extends KvsException {
    private static final long serialVersionUID = 1L;

    /// Makes one; `message` names the file, its format version and those that are supported, or the
    /// directory and its engine.
    public UnsupportedFormatException(String message) {
        super(message, null);
    }
}
