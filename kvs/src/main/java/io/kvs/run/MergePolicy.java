package io.kvs.run;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongPredicate;

/// Decides which runs to merge.
///
/// Runs are merged when there are several of about the same size: in the order of their sizes, as
/// many as are each no larger than all the smaller ones of the group together, or than a multiple
/// of that. So an entry is written again at most once for each time that what lies beside it has
/// grown by such a share, and the number of runs grows with the logarithm of the number of keys
/// (tiered merging; O'Neil et al., The Log-Structured Merge-Tree, 1996). Beyond some millions of
/// entries runs stay apart: a merge takes heap for each of them and goes on for long; and beyond as
/// many parts as a run can have. A run of which most is gone is written again on its own.
public enum MergePolicy {
    /// While there are writes to be made: each entry is written again seldom.
    WRITING(4, 1),

    /// While nobody needs the processor: the fewer runs, the faster scans and lookups on disk are.
    QUIET(2, 4),

    /// While nobody needs the processor for writes, and scans meet many runs: nearly all are made
    /// one.
    SCANNED(2, 16);

    /// The heap that making a run takes for each of its entries, for the hash index.
    public static final int HEAP_BYTES_PER_ENTRY = 12;

    /// The most entries of a run that is made by merging.
    public static final long ENTRIES_MAX = 8 << 20;

    private final int runsMin;
    private final int growth;

    /// Makes a policy.
    ///
    /// @param runsMin the fewest runs to merge
    /// @param growth how many times as large as all the smaller ones a run may be
    MergePolicy(int runsMin, int growth) {
        this.runsMin = runsMin;
        this.growth = growth;
    }

    /// Returns the runs to merge now; none if there is no reason.
    ///
    /// @param runs those that can be merged
    /// @param entriesMax how many entries they may have together
    /// @param isGone tells whether a segment is not there any more
    public List<Run> choose(List<Run> runs, long entriesMax, LongPredicate isGone) {
        for (Run run : runs) {
            if (run.entries() <= entriesMax && isMostlyGone(run, isGone)) {
                return List.of(run);
            }
        }
        List<Run> order = new ArrayList<>(runs);
        order.removeIf(run -> run.entries() > entriesMax / 2);
        order.sort(Comparator.comparingLong(Run::entries));
        for (int from = 0; from + runsMin <= order.size(); from++) {
            int to = endOfGroup(order, from, entriesMax);
            if (to - from >= runsMin) {
                return order.subList(from, to);
            }
        }
        return List.of();
    }

    private int endOfGroup(List<Run> order, int from, long entriesMax) {
        long smaller = order.get(from).entries();
        int parts = order.get(from).covered().size();
        int to = from + 1;
        while (to < order.size()
                && order.get(to).entries() <= Math.min(growth * smaller, entriesMax - smaller)
                && order.get(to).covered().size() <= Run.PARTS_MAX - parts) {
            smaller += order.get(to).entries();
            parts += order.get(to).covered().size();
            to++;
        }
        return to;
    }

    private static boolean isMostlyGone(Run run, LongPredicate isGone) {
        long all = 0;
        long gone = 0;
        for (Covered covered : run.covered()) {
            long bytes = covered.to() - covered.from();
            all += bytes;
            gone += isGone.test(covered.segmentId()) ? bytes : 0;
        }
        return 2 * gone > all;
    }
}
