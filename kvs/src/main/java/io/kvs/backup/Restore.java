package io.kvs.backup;

import io.kvs.BackupProgress;
import io.kvs.BackupReport;
import io.kvs.CorruptionException;
import io.kvs.StoreIoException;
import io.kvs.commit.Catalog;
import io.kvs.commit.Failure;
import io.kvs.format.FileNames;
import io.kvs.io.Disk;
import io.kvs.recovery.Recovered;
import io.kvs.recovery.Recovery;
import io.kvs.view.View;
import java.io.IOException;
import java.util.List;
import java.util.random.RandomGenerator;

/// Makes a store of a backup, which is only read and stays as it is, also if it has been opened and
/// written to meanwhile.
public final class Restore {
    private Restore() {}

    /// Makes it.
    ///
    /// @param target an empty directory
    /// @throws StoreIoException there is no backup, or the target is not empty, or …
    /// @throws CorruptionException the backup is not complete, or found damaged; not everything is
    ///   looked at
    public static BackupReport write(
            Disk backup, Disk target, BackupProgress progress, RandomGenerator random) {
        try {
            List<String> names = backup.list();
            if (names.stream().noneMatch(Restore::isOfStore)) {
                throw new StoreIoException("there is no backup in " + backup.path(""), null);
            }
            try (Recovered recovered =
                            Recovery.recover(backup, true, new Failure(), random, Long.MAX_VALUE);
                    View view = recovered.view()) {
                for (CorruptionException damage : recovered.report().damage()) {
                    throw damage;
                }
                Catalog catalog = recovered.catalog();
                // Runs that its manifest does not name may have ids which that has still to give.
                names.forEach(name -> catalog.skipFileId(FileNames.id(name)));
                return Backup.write(view, backup, catalog, target, progress);
            }
        } catch (IOException e) {
            throw new StoreIoException(
                    "cannot restore " + target.path("") + ": " + e.getMessage(), e);
        }
    }

    private static boolean isOfStore(String name) {
        return name.equals(FileNames.MANIFEST)
                || FileNames.isSegment(name)
                || FileNames.isRun(name);
    }
}
