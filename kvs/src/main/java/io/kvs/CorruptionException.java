package io.kvs;

/// Stored bytes are not what was written. The entries of undamaged records stay readable.
///
/// What the caller can do: restore the entry or the store from a backup. The store never repairs
/// damage by guessing, and never reports a damaged entry as absent.
public final class CorruptionException extends KvsException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final long offset;

    /// Makes one.
    ///
    /// @param file the damaged file, as a path
    /// @param offset where in it, in bytes from its start
    /// @param problem what was expected and what was found
    public CorruptionException(String file, long offset, String problem) {
        super("corrupt data in " + file + " at offset " + offset + ": " + problem, null);
        this.file = file;
        this.offset = offset;
    }

    /// Returns the path of the damaged file.
    public String file() {
        return file;
    }

    /// Returns the offset of the damage in bytes from the start of the file.
    public long offset() {
        return offset;
    }
}
