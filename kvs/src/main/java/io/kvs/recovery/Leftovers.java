package io.kvs.recovery;

import io.kvs.io.Disk;
import java.io.IOException;

/// Deletes files that the manifest does not name.
///
/// The manifest may have been renamed by a process that was killed before it could sync the
/// directory; what it does not name any more is only deleted when it is there to stay.
final class Leftovers {
    private final Disk disk;
    private final boolean readOnly;
    private boolean synced;

    /// Makes it for a directory.
    ///
    /// @param readOnly whether to leave everything as it is
    Leftovers(Disk disk, boolean readOnly) {
        this.disk = disk;
        this.readOnly = readOnly;
    }

    /// Deletes a file.
    void delete(String name) throws IOException {
        if (readOnly) {
            return;
        }
        if (!synced) {
            disk.syncDirectory();
            synced = true;
        }
        disk.delete(name);
    }
}
