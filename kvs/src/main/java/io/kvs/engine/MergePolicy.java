package io.kvs.engine;

import io.kvs.run.Covered;
import io.kvs.run.Run;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongPredicate;

/// Decides which runs to merge.
///
/// Runs are merged when there are several of about the same size: in the order of their sizes, as
/// many as are each no larger than all the smaller ones of the group together. So an entry is
/// written again at most once for each doubling of what lies beside it, and the number of runs
/// grows with the logarithm of the number of keys (tiered merging; O'Neil et al., The
/// Log-Structured Merge-Tree, 1996). Beyond some millions of entries runs stay apart: a merge takes
/// heap for each of them and goes on for long; and beyond as many parts as a run can have. A run of
/// which most is gone is written again on its own.
final class MergePolicy {
    private static final int RUNS_MIN = 4;

    /// A merge takes 12 bytes of heap an entry, for the hash index.
    private static final long ENTRIES_MAX = 8 << 20;

    private MergePolicy() {}

    /// Returns the runs to merge now; none if there is no reason.
    ///
    /// @param runs those that can be merged
    /// @param isGone tells whether a segment is not there any more
    static List<Run> choose(List<Run> runs, LongPredicate isGone) {
        for (Run run : runs) {
            if (isMostlyGone(run, isGone)) {
                return List.of(run);
            }
        }
        List<Run> order = new ArrayList<>(runs);
        order.removeIf(run -> run.entries() > ENTRIES_MAX / 2);
        order.sort(Comparator.comparingLong(Run::entries));
        for (int from = 0; from + RUNS_MIN <= order.size(); from++) {
            int to = endOfGroup(order, from);
            if (to - from >= RUNS_MIN) {
                return order.subList(from, to);
            }
        }
        return List.of();
    }

    private static int endOfGroup(List<Run> order, int from) {
        long smaller = order.get(from).entries();
        int parts = order.get(from).covered().size();
        int to = from + 1;
        while (to < order.size()
                && order.get(to).entries() <= Math.min(smaller, ENTRIES_MAX - smaller)
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
