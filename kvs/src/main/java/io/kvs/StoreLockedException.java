package io.kvs;

/// Another store object, in this process or another one, owns the directory. The message names it.
public final class StoreLockedException extends KvsException {
    private static final long serialVersionUID = 1L;

    /// Makes one.
    ///
    /// @param directory the store's directory
    /// @param owner what is known about the owner, such as its process id
    public StoreLockedException(String directory, String owner) {
        super(directory + " is in use by " + owner, null);
    }
}
