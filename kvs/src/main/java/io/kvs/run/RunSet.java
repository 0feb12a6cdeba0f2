package io.kvs.run;

import io.kvs.format.SegmentHeader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Some runs, and which parts of segments they list together. Never changes.
public final class RunSet {
    private final List<Run> runs;

    /// What the runs cover, by segment and in order.
    private final Map<Long, List<Covered>> covered = new HashMap<>();

    /// Makes it of runs.
    public RunSet(List<Run> runs) {
        this.runs = List.copyOf(runs);
        for (Run run : runs) {
            for (Covered part : run.covered()) {
                covered.computeIfAbsent(part.segmentId(), _ -> new ArrayList<>(1)).add(part);
            }
        }
        covered.values().forEach(parts -> parts.sort(Comparator.comparingLong(Covered::from)));
    }

    /// Returns the runs; the list never changes.
    public List<Run> runs() {
        return runs;
    }

    /// Returns whether a run with this id is among them.
    public boolean contains(long runId) {
        for (Run run : runs) {
            if (run.id() == runId) {
                return true;
            }
        }
        return false;
    }

    /// Returns all but one of them.
    public RunSet without(Run run) {
        List<Run> left = new ArrayList<>(runs);
        left.remove(run);
        return new RunSet(left);
    }

    /// Returns the parts of a segment, up to `end`, of which none lists the records.
    public List<Covered> gaps(long segmentId, long end) {
        List<Covered> gaps = new ArrayList<>(0);
        long from = SegmentHeader.BYTES;
        for (Covered part : covered.getOrDefault(segmentId, List.of())) {
            if (part.from() > from) {
                gaps.add(new Covered(segmentId, from, part.from(), 0));
            }
            from = Math.max(from, part.to());
        }
        if (from < end) {
            gaps.add(new Covered(segmentId, from, end, 0));
        }
        return gaps;
    }
}
