package io.kvs;

import java.util.Optional;

/// Backups taken every so often by a thread of their own, until this or the store is closed; see
/// {@link KvStore#schedule}.
///
/// Safe for use by any number of threads.
public interface BackupSchedule extends AutoCloseable {

    /// Returns the report of the backup taken last since the schedule was started.
    Optional<BackupReport> last();

    /// Returns why the last attempt failed; empty if it did not. A failed one is repeated after a
    /// minute, or after the period if that is shorter.
    Optional<KvsException> failure();

    /// Ends it; a backup that is just being taken is given up and leaves nothing behind. Closing
    /// twice does nothing.
    @Override
    void close();
}
