package io.kvs.recovery;

import io.kvs.CorruptionException;
import io.kvs.commit.Catalog;
import io.kvs.commit.Catalog.Change;
import io.kvs.format.FileNames;
import io.kvs.format.Manifest.Entry;
import io.kvs.io.Disk;
import io.kvs.run.Covered;
import io.kvs.run.Run;
import io.kvs.run.RunBuilder;
import io.kvs.run.RunTable;
import io.kvs.segment.Segment;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Opens the runs of a store, and makes those anew that are missing: every run can be made again
/// from the log.
final class RunRecovery {
    private final Disk disk;
    private final boolean readOnly;
    private final Catalog catalog;
    private final RunTable runs;
    private final Set<Long> damagedRuns;
    private final List<Run> opened;
    private final Leftovers leftovers;
    private int rebuilt;
    private long rebuiltBytes;

    /// Prepares the opening.
    ///
    /// @param damagedRuns ids of runs that are not to be used
    /// @param opened takes every run that is opened, to be closed if the opening of the store fails
    /// @param leftovers takes the runs that are of no use
    RunRecovery(
            Disk disk,
            boolean readOnly,
            Catalog catalog,
            RunTable runs,
            Set<Long> damagedRuns,
            List<Run> opened,
            Leftovers leftovers) {
        this.disk = disk;
        this.readOnly = readOnly;
        this.catalog = catalog;
        this.runs = runs;
        this.damagedRuns = damagedRuns;
        this.opened = opened;
        this.leftovers = leftovers;
    }

    /// Returns of how many segments the runs did not list everything.
    int rebuilt() {
        return rebuilt;
    }

    /// Returns how many bytes of the log have been read for the new runs.
    long rebuiltBytes() {
        return rebuiltBytes;
    }

    /// Opens the runs that the manifest names; those that are missing, damaged or of no use any
    /// more leave it.
    void open() throws IOException {
        List<Run> intact = new ArrayList<>();
        List<Long> lost = new ArrayList<>();
        for (long id : catalog.runs()) {
            if (damagedRuns.contains(id)) {
                lost.add(id);
                continue;
            }
            try {
                intact.add(map(id));
            } catch (NoSuchFileException | CorruptionException e) {
                lost.add(id);
            }
        }
        runs.change(intact, List.of());
        if (!lost.isEmpty() && !readOnly) {
            catalog.change(Change.ofRuns(List.of(), lost));
        }
    }

    private Run map(long id) throws IOException {
        Run run = Run.map(disk, catalog.storeId(), id);
        opened.add(run);
        return run;
    }

    /// Returns the runs beside those of the manifest: parts of segments that are not sealed, made
    /// without a sync, and leftovers.
    List<Run> parts(List<String> names) throws IOException {
        Set<Long> named = new HashSet<>(catalog.runs());
        List<Run> parts = new ArrayList<>();
        for (String name : names) {
            if (FileNames.isRun(name) && !named.contains(FileNames.id(name))) {
                try {
                    Run run = map(FileNames.id(name));
                    if (run.covered().size() == 1) {
                        parts.add(run);
                        continue;
                    }
                    run.close();
                } catch (NoSuchFileException | CorruptionException e) {
                    // Nothing that could be used.
                }
                leftovers.delete(name);
            }
        }
        // A directory lists its files in any order; each part goes on where the one before ends.
        parts.sort(Comparator.comparingLong(run -> run.covered().getFirst().from()));
        return parts;
    }

    /// Deletes those of the {@link #parts} that the replay of the tail had no use for.
    void dropUnused(List<Run> parts) throws IOException {
        for (Run run : parts) {
            if (!runs.all().contains(run)) {
                run.close();
                leftovers.delete(FileNames.run(run.id()));
            }
        }
    }

    /// Makes sure that runs list every record of a sealed segment; returns whether they do.
    boolean list(Segment segment, Entry entry) throws IOException {
        if (runs.coveredEnd(entry.id()) == entry.length()) {
            return true;
        }
        rebuilt++;
        boolean listed = !readOnly && !segment.isDamaged();
        // Some of it may be listed, in a run of several segments too: nothing is listed twice.
        for (Covered gap : runs.gaps(entry.id(), entry.length())) {
            listed = listed && build(segment, gap);
        }
        return listed;
    }

    private boolean build(Segment segment, Covered gap) throws IOException {
        long id = catalog.newFileId();
        if (!RunBuilder.build(disk, catalog.storeId(), id, segment, gap, true)) {
            return false;
        }
        disk.syncDirectory();
        catalog.change(Change.ofRuns(List.of(id), List.of()));
        runs.change(List.of(map(id)), List.of());
        rebuiltBytes += gap.to() - gap.from();
        return true;
    }
}
