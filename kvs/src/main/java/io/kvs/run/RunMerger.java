package io.kvs.run;

import io.kvs.io.Disk;
import io.kvs.io.Pace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Merges sources into one run that lists what they list, without the entries of segments that are
/// gone.
///
/// Shadowed entries stay: whether a tombstone is still needed is decided by them, and the records
/// themselves are still there.
public final class RunMerger {
    private static final Comparator<Covered> BY_PLACE =
            Comparator.comparingLong(Covered::segmentId).thenComparingLong(Covered::from);

    /// It is asked whether to give up after so many entries.
    private static final int UNASKED_ENTRIES = 1024;

    private final List<? extends EntrySource> sources;
    private final Ranks ranks;
    private final List<Covered> covered;

    private RunMerger(List<? extends EntrySource> sources, Ranks ranks, List<Covered> covered) {
        this.sources = sources;
        this.ranks = ranks;
        this.covered = covered;
    }

    /// Merges runs of sealed segments; the new one is on stable storage before it has its name.
    /// Returns whether there is one: it may be given up, which leaves nothing.
    ///
    /// @param pace how fast that is to go
    /// @param givenUp tells whether nobody wants the run any more; asked now and then
    /// @throws IllegalArgumentException two runs cover the same bytes of a segment
    public static boolean merge(
            Disk disk,
            long storeId,
            long runId,
            List<Run> runs,
            Ranks ranks,
            Pace pace,
            BooleanSupplier givenUp)
            throws IOException {
        List<RunCursor> cursors = runs.stream().map(Run::cursor).toList();
        try (RunWriter writer = new RunWriter(disk, storeId, runId, pace)) {
            return new RunMerger(cursors, ranks, covered(runs, ranks)).write(writer, true, givenUp);
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
            new RunMerger(sources, ranks, covered).write(writer, sync, () -> false);
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

    private boolean write(RunWriter writer, boolean sync, BooleanSupplier givenUp)
            throws IOException {
        int[][] numbers = numbers();
        EntryMerge merge = new EntryMerge(sources, true, ranks);
        for (long merged = 0; merge.next(); merged++) {
            if (merged % UNASKED_ENTRIES == 0 && givenUp.getAsBoolean()) {
                return false;
            }
            EntrySource entry = merge.source();
            writer.add(entry, numbers[merge.sourceNumber()][entry.segmentNumber()]);
        }
        writer.finish(covered, sync);
        return true;
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
