package io.kvs.backup;

import io.kvs.BackupProgress;
import io.kvs.BackupReport;
import io.kvs.commit.Catalog;
import io.kvs.commit.Catalog.Change;
import io.kvs.commit.Failure;
import io.kvs.format.FileNames;
import io.kvs.format.Manifest;
import io.kvs.format.Manifest.Entry;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import io.kvs.run.Covered;
import io.kvs.run.Run;
import io.kvs.run.RunBuilder;
import io.kvs.segment.Segment;
import io.kvs.view.ReadSections;
import io.kvs.view.View;
import io.kvs.view.View.Part;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Makes the copy of a view that is a store by itself.
///
/// Sealed segments and runs never change again: they are linked. A sealed segment may yet be cut to
/// the end of its records, behind which nobody reads, also under its second name. A segment that is
/// written to is copied up to where it ends in the view, and sealed in the copy, which so has
/// nothing to replay. Of what no run lists, a few megabytes, a run is made in the copy; it gets an
/// id that the store will not use either.
///
/// Order: all content, then all names, then the manifest, each on stable storage before the next. A
/// directory without manifest is not opened. So what a crash leaves is a whole copy or none.
///
/// The copy has the id of the store, which stands in all linked files. No code moves files between
/// directories; but somebody who does so by hand, when both stores have gone on, mixes files that
/// no check can tell apart.
public final class Backup {
    private final View view;
    private final Catalog catalog;
    private final Disk source;
    private final Disk target;
    private final Transfer transfer;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Long> runs = new ArrayList<>();
    private final long dictionary;

    private Backup(View view, Disk source, Catalog catalog, Disk target, BackupProgress progress) {
        this.view = view;
        this.catalog = catalog;
        this.dictionary = catalog.dictionary();
        this.source = source;
        this.target = target;
        this.transfer = new Transfer(source, target, bytes(view), progress);
    }

    /// Makes the copy; an error leaves nothing behind.
    ///
    /// @param view what to copy; it must stay open
    /// @param source where its files are
    /// @param catalog gives ids for new files
    /// @param target an empty directory
    /// @throws io.kvs.StoreIoException the directory is not empty
    /// @throws io.kvs.StoreLockedException somebody else is using it
    public static BackupReport write(
            View view, Disk source, Catalog catalog, Disk target, BackupProgress progress)
            throws IOException {
        try (EmptyDirectory directory = EmptyDirectory.take(target)) {
            BackupReport report = new Backup(view, source, catalog, target, progress).write();
            directory.keep();
            return report;
        }
    }

    private static long bytes(View view) {
        long bytes = view.parts().stream().mapToLong(Part::end).sum();
        return bytes + view.runs().stream().mapToLong(Run::bytes).sum();
    }

    private BackupReport write() throws IOException {
        List<Part> parts = view.parts();
        for (Part part : parts) {
            addSegment(part.segment(), part.end());
        }
        for (Run run : view.runs()) {
            transfer.share(FileNames.run(run.id()), run.bytes(), isSynced(run));
            runs.add(run.id());
        }
        long bytes = bytes(view) + addBlobs() + addDictionaries();
        for (Part part : parts) {
            bytes += list(part.segment(), part.end());
        }
        target.syncDirectory();
        writeManifest();
        return new BackupReport(view.sequence(), transfer.files(), bytes, transfer.copiedBytes());
    }

    /// Adds all blobs there were when the view was taken; returns their size. Some may belong to
    /// records that are stale. One that has gone meanwhile was referred to by none.
    private long addBlobs() throws IOException {
        long bytes = 0;
        for (String name : source.list()) {
            if (FileNames.isBlob(name) && FileNames.id(name) < view.fileIdBound()) {
                try (DiskFile file = source.open(name, Disk.Access.READ)) {
                    long length = file.size();
                    transfer.share(name, length, true);
                    bytes += length;
                } catch (NoSuchFileException e) {
                    // See above.
                }
            }
        }
        return bytes;
    }

    /// Adds the dictionaries of all segments, and the current one; returns their size.
    private long addDictionaries() throws IOException {
        Set<Long> ids = new TreeSet<>();
        ids.add(dictionary);
        for (Entry entry : entries) {
            ids.add(entry.dictionary());
        }
        ids.remove(0L);
        long bytes = 0;
        for (long id : ids) {
            String name = FileNames.dictionary(id);
            try (DiskFile file = source.open(name, Disk.Access.READ)) {
                long length = file.size();
                transfer.share(name, length, true);
                bytes += length;
            }
        }
        return bytes;
    }

    private void addSegment(Segment segment, long end) throws IOException {
        String name = FileNames.segment(segment.id());
        Entry sealed = segment.sealed();
        if (sealed != null && sealed.length() == end) {
            transfer.share(name, end, true);
            entries.add(sealed);
        } else {
            transfer.copy(name, end);
            entries.add(Entry.sealedLog(segment.id(), segment.baseSequence(), end));
        }
    }

    /// Returns whether a run was put on stable storage when it was made: the parts of a segment
    /// that is written to are not, and tell themselves by their checksums.
    private static boolean isSynced(Run run) {
        return run.covered().stream().allMatch(covered -> covered.contentChecksum() == 0);
    }

    /// Makes runs of what none lists; returns their size. What is damaged gets none, here as there.
    private long list(Segment segment, long end) throws IOException {
        long bytes = 0;
        for (Covered gap : view.runSet().gaps(segment.id(), end)) {
            long id = catalog.newFileId();
            if (!segment.isDamaged() && build(id, segment, gap)) {
                runs.add(id);
                long length = size(FileNames.run(id));
                transfer.add(length);
                bytes += length;
            }
        }
        return bytes;
    }

    private boolean build(long id, Segment segment, Covered gap) throws IOException {
        ReadSections.Reader section = view.sections().enter();
        try {
            return RunBuilder.build(target, catalog.storeId(), id, segment, gap, true);
        } finally {
            section.leave();
        }
    }

    private long size(String name) throws IOException {
        try (DiskFile file = target.open(name, Disk.Access.READ)) {
            return file.size();
        }
    }

    private void writeManifest() throws IOException {
        long tail = view.sequence();
        for (Entry entry : entries) {
            // As in the store: one number is for the mark that ends a segment.
            tail = entry.sorted() ? tail : Math.max(tail, entry.maxSequence() + 1);
        }
        runs.sort(null);
        Manifest manifest =
                new Manifest(
                        catalog.storeId(), catalog.newFileId(), tail, dictionary, entries, runs);
        new Catalog(target, new Failure(), manifest).change(Change.of(List.of(), List.of()));
    }
}
