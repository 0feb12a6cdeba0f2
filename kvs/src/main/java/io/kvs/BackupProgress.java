package io.kvs;

/// Gets to know how far a backup has come, on the thread that makes it, after each MiB or file.
///
/// What it throws ends the backup, which then leaves nothing behind.
@FunctionalInterface
public interface BackupProgress {

    /// Called again and again.
    ///
    /// @param doneBytes what is linked or copied by now
    /// @param bytes what there is to do in all
    void reach(long doneBytes, long bytes);
}
