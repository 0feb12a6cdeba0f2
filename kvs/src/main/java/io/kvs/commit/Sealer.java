package io.kvs.commit;

import io.kvs.CorruptionException;
import io.kvs.commit.Catalog.Change;
import io.kvs.format.FileNames;
import io.kvs.format.Manifest;
import io.kvs.format.Manifest.Entry;
import io.kvs.format.SegmentHeader;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import io.kvs.run.Covered;
import io.kvs.run.EntrySource;
import io.kvs.run.Run;
import io.kvs.run.RunBuilder;
import io.kvs.run.RunMerger;
import io.kvs.run.RunTable;
import io.kvs.run.SortedRecords;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.view.Disposal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns a log segment that gets no more records into one that never changes again, and makes runs
/// of segments that still get some.
///
/// The order of sealing is: content on stable storage, run, manifest, and only then the file is cut
/// to the end of its records.
public final class Sealer {
    private final Disk disk;
    private final Catalog catalog;
    private final RunTable runs;
    private final Disposal disposal;

    /// Makes a sealer for the segments of a store.
    public Sealer(Disk disk, Catalog catalog, RunTable runs, Disposal disposal) {
        this.disk = disk;
        this.catalog = catalog;
        this.runs = runs;
        this.disposal = disposal;
    }

    /// A segment for which everything is on stable storage but the manifest.
    ///
    /// @param entry what the manifest is to say of it
    /// @param run its new run, or null if it has none or needs no other
    /// @param replaced runs whose place that takes
    public record Prepared(Entry entry, @Nullable Run run, List<Run> replaced) {}

    /// Makes the run of a segment whose records end at `end` and are on stable storage.
    ///
    /// A run that cannot be written, perhaps on a full disk, is left out: it can be made again from
    /// the records.
    ///
    /// @param sealed whether it gets no more records
    public Prepared prepare(Segment segment, long end, boolean sealed) {
        Entry entry =
                sealed
                        ? Entry.sealedLog(segment.id(), segment.baseSequence(), end)
                        : Entry.unsealed(segment.id(), end);
        List<Run> own = own(segment);
        boolean listed =
                own.size() == 1
                        && runs.coveredEnd(segment.id()) == end
                        && catalog.runs().contains(own.getFirst().id());
        if (listed || segment.isDamaged() || end <= SegmentHeader.BYTES) {
            return new Prepared(entry, null, List.of());
        }
        Run run = makeRun(segment, end, own);
        return new Prepared(entry, run, run == null ? List.of() : own);
    }

    /// Has the manifest name what was prepared, and takes other segments out of it.
    public void commit(List<Prepared> prepared, Collection<Long> removed) throws IOException {
        List<Entry> entries = new ArrayList<>();
        List<Run> added = new ArrayList<>();
        List<Run> replaced = new ArrayList<>();
        for (Prepared one : prepared) {
            entries.add(one.entry());
            replaced.addAll(one.replaced());
            if (one.run() != null) {
                added.add(one.run());
            }
        }
        publish(entries, removed, added, replaced);
    }

    /// Puts runs, whose content is on stable storage, in the place of others.
    public void replace(List<Run> replaced, List<Run> made) throws IOException {
        publish(List.of(), List.of(), made, replaced);
    }

    private void publish(
            List<Entry> entries, Collection<Long> removed, List<Run> added, List<Run> replaced)
            throws IOException {
        boolean done = false;
        try {
            if (!added.isEmpty()) {
                disk.syncDirectory();
            }
            catalog.change(
                    new Change(
                            entries,
                            removed,
                            added.stream().map(Run::id).toList(),
                            replaced.stream().map(Run::id).toList()));
            done = true;
        } finally {
            if (!done) {
                discard(added);
            }
        }
        runs.change(added, replaced);
        replaced.forEach(disposal::retire);
    }

    /// Removes runs that have not come into the manifest, unless that is uncertain.
    private void discard(List<Run> unused) throws IOException {
        for (Run run : unused) {
            run.close();
            if (catalog.isCertain()) {
                disk.delete(FileNames.run(run.id()));
            }
        }
    }

    /// Cuts the file of a segment to the end of its records.
    public void trim(Entry entry) throws IOException {
        try (DiskFile file = disk.open(FileNames.segment(entry.id()), Disk.Access.READ_WRITE)) {
            if (file.size() > entry.length()) {
                file.setSize(entry.length());
            }
        }
    }

    /// Makes a run of the records of a segment that is being written, as far as they are complete
    /// and no run lists them. It is not synced and not named by the manifest: it spares the replay
    /// after the process was killed.
    ///
    /// @param end where complete records end
    /// @return false if a record is damaged
    public boolean listPart(Segment segment, long end) throws IOException {
        long from = runs.coveredEnd(segment.id());
        Covered part = new Covered(segment.id(), from, end, Covered.checksum(segment, from, end));
        long id = catalog.newFileId();
        if (!RunBuilder.build(disk, catalog.storeId(), id, segment, part, false)) {
            return false;
        }
        runs.change(List.of(Run.map(disk, catalog.storeId(), id)), List.of());
        return true;
    }

    /// Makes a damaged run anew from the records of the segments that are still there. If the
    /// manifest did not name it, it lists what may not be on stable storage, and stays unnamed.
    ///
    /// @throws CorruptionException a record is damaged as well
    public void rebuild(Run damaged, SegmentTable segments) throws IOException {
        List<EntrySource> sources = new ArrayList<>();
        List<Covered> covered = new ArrayList<>();
        for (Covered part : damaged.covered()) {
            Segment segment = segments.byId(part.segmentId());
            if (segment != null) {
                sources.add(
                        SortedRecords.of(segment, part.from(), part.to(), cursor -> false)
                                .source());
                covered.add(part);
            }
        }
        long id = catalog.newFileId();
        boolean named = catalog.runs().contains(damaged.id());
        RunMerger.merge(disk, catalog.storeId(), id, sources, runs::rank, covered, named);
        Run made = Run.map(disk, catalog.storeId(), id);
        if (named) {
            replace(List.of(damaged), List.of(made));
        } else {
            runs.change(List.of(made), List.of(damaged));
            disposal.retire(damaged);
        }
    }

    /// Returns the runs that list records of this segment alone.
    private List<Run> own(Segment segment) {
        List<Run> own = new ArrayList<>(runs.all());
        own.removeIf(run ->
                run.covered().stream().anyMatch(covered -> covered.segmentId() != segment.id()));
        return own;
    }

    private @Nullable Run makeRun(Segment segment, long end, List<Run> own) {
        long id = catalog.newFileId();
        Covered all = new Covered(segment.id(), SegmentHeader.BYTES, end, 0);
        try {
            if (!merge(id, segment, all, own)
                    && !RunBuilder.build(disk, catalog.storeId(), id, segment, all, true)) {
                segment.markDamaged();
                return null;
            }
            return Run.map(disk, catalog.storeId(), id);
        } catch (IOException | CorruptionException e) {
            return null; // Whoever needs it finds it missing and makes it again.
        }
    }

    /// Merges the runs that a segment has with what they do not list; returns whether that was
    /// possible.
    private boolean merge(long id, Segment segment, Covered all, List<Run> own) throws IOException {
        if (own.isEmpty()) {
            return false;
        }
        try {
            List<EntrySource> sources = new ArrayList<>();
            for (Run run : own) {
                sources.add(run.cursor());
            }
            long listed = runs.coveredEnd(segment.id());
            sources.add(SortedRecords.of(segment, listed, all.to(), cursor -> false).source());
            RunMerger.merge(
                    disk,
                    catalog.storeId(),
                    id,
                    sources,
                    segmentId -> Manifest.rankOfLog(segment.baseSequence()),
                    List.of(all),
                    true);
            return true;
        } catch (CorruptionException | InternalError e) {
            return false;
        }
    }
}
