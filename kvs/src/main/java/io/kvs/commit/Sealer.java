package io.kvs.commit;

import io.kvs.CorruptionException;
import io.kvs.commit.Catalog.Change;
import io.kvs.format.FileNames;
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
import io.kvs.view.View.Part;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

    /// Segments for which everything is on stable storage but the manifest.
    ///
    /// @param entries what the manifest is to say of them
    /// @param run the new run of those that need one, or null if there is none
    /// @param replaced runs whose place that takes
    /// @param listed whether they have all the runs that they need
    public record Prepared(
            List<Entry> entries, @Nullable Run run, List<Run> replaced, boolean listed) {}

    /// Makes one run of segments whose records are on stable storage; none where that meets damage
    /// or a full disk, since it can be made again from the records.
    ///
    /// @param parts the segments, up to the ends of their records
    /// @param sealed whether they get no more records
    public Prepared prepare(List<Part> parts, boolean sealed) {
        List<Entry> entries = new ArrayList<>();
        List<Part> unlisted = new ArrayList<>();
        for (Part part : parts) {
            Segment segment = part.segment();
            entries.add(sealed ? sealed(part) : Entry.unsealed(segment.id(), part.end()));
            if (!part.isEmpty() && !segment.isDamaged() && !isListed(part)) {
                unlisted.add(part);
            }
        }
        if (unlisted.isEmpty()) {
            return new Prepared(entries, null, List.of(), true);
        }
        List<Run> own = own(unlisted);
        Run run = makeRun(unlisted, own);
        return new Prepared(entries, run, run == null ? List.of() : own, run != null);
    }

    /// Returns what the manifest says of a segment that gets no more records.
    public static Entry sealed(Part part) {
        Segment segment = part.segment();
        return Entry.sealedLog(segment.id(), segment.baseSequence(), part.end());
    }

    /// Makes one run of segments that are sealed, or else one of each that can have one.
    public List<Prepared> prepareOrEach(List<Part> parts) {
        Prepared together = prepare(parts, true);
        if (together.listed()) {
            return List.of(together);
        }
        return parts.stream().map(part -> prepare(List.of(part), true)).toList();
    }

    /// Has the manifest name what was prepared, and takes other segments out of it.
    public void commit(List<Prepared> prepared, Collection<Long> removed) throws IOException {
        List<Entry> entries = new ArrayList<>();
        List<Run> added = new ArrayList<>();
        List<Run> replaced = new ArrayList<>();
        for (Prepared one : prepared) {
            entries.addAll(one.entries());
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
        disposal.retireRuns(replaced);
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
    public void trim(Part part) throws IOException {
        String name = FileNames.segment(part.segment().id());
        try (DiskFile file = disk.open(name, Disk.Access.READ_WRITE)) {
            if (file.size() > part.end()) {
                file.setSize(part.end());
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
        runs.change(List.of(Run.mapNew(disk, catalog.storeId(), id)), List.of());
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
        Run made = Run.mapNew(disk, catalog.storeId(), id);
        if (named) {
            replace(List.of(damaged), List.of(made));
        } else {
            runs.change(List.of(made), List.of(damaged));
            disposal.retireRuns(List.of(damaged));
        }
    }

    /// Returns whether one run that the manifest names lists all of a segment, and nothing else.
    private boolean isListed(Part part) {
        List<Run> own = own(List.of(part));
        return own.size() == 1
                && runs.coveredEnd(part.segment().id()) == part.end()
                && catalog.runs().contains(own.getFirst().id());
    }

    /// Returns the runs that list records of these segments alone.
    private List<Run> own(List<Part> parts) {
        Set<Long> ids = new HashSet<>();
        for (Part part : parts) {
            ids.add(part.segment().id());
        }
        List<Run> own = new ArrayList<>(runs.all());
        own.removeIf(
                run -> !run.covered().stream().map(Covered::segmentId).allMatch(ids::contains));
        return own;
    }

    private @Nullable Run makeRun(List<Part> parts, List<Run> own) {
        long id = catalog.newFileId();
        try {
            return merge(id, parts, own) || parts.size() == 1 && build(id, parts.getFirst())
                    ? Run.mapNew(disk, catalog.storeId(), id)
                    : null;
        } catch (IOException | CorruptionException e) {
            return null; // Whoever needs it finds it missing and makes it again.
        }
    }

    /// Makes the run of a segment of its records alone; returns whether these are whole.
    private boolean build(long id, Part part) throws IOException {
        Segment segment = part.segment();
        if (RunBuilder.build(disk, catalog.storeId(), id, segment, all(part), true)) {
            return true;
        }
        segment.markDamaged();
        return false;
    }

    /// Merges the runs that segments have with what these do not list; returns whether that was
    /// possible.
    private boolean merge(long id, List<Part> parts, List<Run> own) throws IOException {
        try {
            List<EntrySource> sources = new ArrayList<>();
            for (Run run : own) {
                sources.add(run.cursor());
            }
            List<Covered> covered = new ArrayList<>();
            for (Part part : parts) {
                Segment segment = part.segment();
                long listed = runs.coveredEnd(segment.id());
                sources.add(
                        SortedRecords.of(segment, listed, part.end(), cursor -> false).source());
                covered.add(all(part));
            }
            RunMerger.merge(disk, catalog.storeId(), id, sources, runs::rank, covered, true);
            return true;
        } catch (CorruptionException | InternalError e) {
            return false;
        }
    }

    private static Covered all(Part part) {
        return new Covered(part.segment().id(), SegmentHeader.BYTES, part.end(), 0);
    }
}
