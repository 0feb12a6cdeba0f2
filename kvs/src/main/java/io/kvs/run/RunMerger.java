package io.kvs.run;

import io.kvs.io.Disk;
import io.kvs.io.Pace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Merges sources into one run that lists what they list, without the entries of segments that are
/// gone.
///
/// Shadowed entries stay: whether a tombstone is still needed is decided by them, and the records
/// themselves are still there.
public final class RunMerger {
    private static final Comparator<Covered> BY_PLACE =
            Comparator.comparingLong(Covered::segmentId).thenComparingLong(Covered::from);

    private final List<? extends EntrySource> sources;
    private final Ranks ranks;
    private final List<Covered> covered;

    private RunMerger(List<? extends EntrySource> sources, Ranks ranks, List<Covered> covered) {
        this.sources = sources;
        this.ranks = ranks;
        this.covered = covered;
    }

    /// Merges runs of sealed segments; the new one is on stable storage before it has its name.
    ///
    /// @param pace how fast that is to go
    /// @throws IllegalArgumentException two runs cover the same bytes of a segment
    public static void merge(
            Disk disk, long storeId, long runId, List<Run> runs, Ranks ranks, Pace pace)
            throws IOException {
        List<RunCursor> cursors = runs.stream().map(Run::cursor).toList();
        try (RunWriter writer = new RunWriter(disk, storeId, runId, pace)) {
            new RunMerger(cursors, ranks, covered(runs, ranks)).write(writer, true);
        }
    }

    /// Writes the merged run.
    ///
    /// @param sources what to merge, standing before their first entries
    /// @param covered of what they list every record, apart from segments that are gone
    /// @param sync whether the run is to be on stable storage before it has its name
    public static void merge(
            Disk disk,
            long storeId,
            long runId,
            List<? extends EntrySource> sources,
            Ranks ranks,
            List<Covered> covered,
            boolean sync)
            throws IOException {
        try (RunWriter writer = new RunWriter(disk, storeId, runId)) {
            new RunMerger(sources, ranks, covered).write(writer, sync);
        }
    }

    /// Returns of what some runs of sealed segments together list every record, adjacent parts
    /// joined, without the segments that are gone.
    private static List<Covered> covered(List<Run> runs, Ranks ranks) {
        List<Covered> parts = new ArrayList<>();
        for (Run run : runs) {
            for (Covered part : run.covered()) {
                if (ranks.rank(part.segmentId()) != Ranks.GONE) {
                    parts.add(part);
                }
            }
        }
        parts.sort(BY_PLACE);
        List<Covered> joined = new ArrayList<>();
        for (Covered part : parts) {
            Covered before = joined.isEmpty() ? null : joined.getLast();
            if (before == null
                    || before.segmentId() != part.segmentId()
                    || before.to() < part.from()) {
                joined.add(new Covered(part.segmentId(), part.from(), part.to(), 0));
            } else if (before.to() == part.from()) {
                joined.set(
                        joined.size() - 1,
                        new Covered(part.segmentId(), before.from(), part.to(), 0));
            } else {
                throw new IllegalArgumentException("covered twice: " + before + " and " + part);
            }
        }
        return joined;
    }

    private void write(RunWriter writer, boolean sync) throws IOException {
        int[][] numbers = numbers();
        EntryMerge merge = new EntryMerge(sources, true, ranks);
        while (merge.next()) {
            EntrySource entry = merge.source();
            writer.add(entry, numbers[merge.sourceNumber()][entry.segmentNumber()]);
        }
        writer.finish(covered, sync);
    }

    /// Returns where a part of each segment of each source is in the list; -1 for those that are
    /// gone.
    private int[][] numbers() {
        int[][] numbers = new int[sources.size()][];
        for (int source = 0; source < numbers.length; source++) {
            numbers[source] = new int[sources.get(source).segments()];
            for (int i = 0; i < numbers[source].length; i++) {
                numbers[source][i] = number(sources.get(source).segmentId(i));
            }
        }
        return numbers;
    }

    private int number(long segmentId) {
        for (int i = 0; i < covered.size(); i++) {
            if (covered.get(i).segmentId() == segmentId) {
                return i;
            }
        }
        return -1;
    }
}
