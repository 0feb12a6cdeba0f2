package io.kvs.view;

import io.kvs.run.Covered;
import io.kvs.run.LivingSegments;
import io.kvs.run.Run;
import io.kvs.run.RunSet;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentWriter;
import io.kvs.view.View.Part;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What views have in common that are taken until a segment or a run comes or goes: how the runs
/// lie upon the segments. Never changes.
///
/// A segment that has a writer belongs to it, but not how far it is written.
final class Layout {
    private final RunSet runs;
    private final List<Segment> present;

    /// The segments that were sealed, up to their ends, by growing id.
    private final List<Part> sealed;

    /// The segments that had a writer; they may be sealed by now.
    private final List<Segment> written;

    /// The segments that had neither, and are not used yet.
    private final List<Segment> unused;

    /// The segments of each run.
    private final List<LivingSegments> living;

    /// What no run lists of the sealed segments.
    private final List<SortedTail.Part> gaps;

    private Layout(
            RunSet runs,
            List<Segment> present,
            List<Part> sealed,
            List<Segment> written,
            List<Segment> unused) {
        this.runs = runs;
        this.present = present;
        this.sealed = sealed;
        this.written = written;
        this.unused = unused;
        this.living = new ArrayList<>();
        for (Run run : runs.runs()) {
            long[] ids = run.covered().stream().mapToLong(Covered::segmentId).toArray();
            living.add(LivingSegments.of(ids, this::segment));
        }
        this.gaps = new ArrayList<>();
        for (Part part : sealed) {
            addGaps(part, gaps);
        }
    }

    /// Makes it.
    ///
    /// @param present all segments, by growing id
    /// @param writers those of the segments that are not sealed; they must have been asked for
    ///   before the segments
    static Layout of(RunSet runs, List<Segment> present, SegmentWriter[] writers) {
        List<Part> sealed = new ArrayList<>(present.size());
        List<Segment> written = new ArrayList<>();
        List<Segment> unused = new ArrayList<>();
        for (Segment segment : present) {
            if (writer(segment, writers) >= 0) {
                written.add(segment);
                continue;
            }
            Part part = new Part(segment, segment.sealedEnd());
            if (part.end() == 0) {
                unused.add(segment);
            } else if (!part.isEmpty()) {
                sealed.add(part);
            }
        }
        return new Layout(runs, present, sealed, written, unused);
    }

    /// Returns whether it is still that of some runs and segments.
    @SuppressWarnings("ReferenceEquality") // a set of runs is replaced, never changed
    boolean fits(RunSet present, List<Segment> segments, SegmentWriter[] writers) {
        if (runs != present || !this.present.equals(segments)) {
            return false;
        }
        for (Segment segment : unused) {
            if (segment.sealedEnd() > 0 || writer(segment, writers) >= 0) {
                return false;
            }
        }
        return true;
    }

    /// Returns it without a run.
    Layout without(Run run) {
        return new Layout(runs.without(run), present, sealed, written, unused);
    }

    /// Returns the runs.
    RunSet runs() {
        return runs;
    }

    /// Returns the segments of each run.
    List<LivingSegments> living() {
        return living;
    }

    /// Returns the segments that were sealed, up to their ends, by growing id.
    List<Part> sealed() {
        return sealed;
    }

    /// Returns the others, up to where they are written, if anything is; by growing id.
    ///
    /// @param ends where the segments of the writers end
    List<Part> written(SegmentWriter[] writers, long[] ends) {
        List<Part> parts = new ArrayList<>(written.size());
        for (Segment segment : written) {
            int writer = writer(segment, writers);
            Part part = new Part(segment, writer < 0 ? segment.sealedEnd() : ends[writer]);
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        return parts;
    }

    /// Returns what no run lists of the sealed segments and of some others.
    List<SortedTail.Part> gaps(List<Part> others) {
        List<SortedTail.Part> all = new ArrayList<>(gaps);
        for (Part part : others) {
            addGaps(part, all);
        }
        return all;
    }

    /// Returns the sealed segment with an id, or null.
    @Nullable Segment sealed(long id) {
        int low = 0;
        int high = sealed.size() - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            Segment segment = sealed.get(middle).segment();
            if (segment.id() == id) {
                return segment;
            }
            if (segment.id() < id) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    private @Nullable Segment segment(long id) {
        for (Segment segment : written) {
            if (segment.id() == id) {
                return segment;
            }
        }
        return sealed(id);
    }

    private void addGaps(Part part, List<SortedTail.Part> target) {
        for (Covered gap : runs.gaps(part.segment().id(), part.end())) {
            target.add(new SortedTail.Part(part.segment(), gap.from(), gap.to()));
        }
    }

    /// Returns the number of the writer of a segment, or -1 if it has none.
    private static int writer(Segment segment, SegmentWriter[] writers) {
        for (int i = 0; i < writers.length; i++) {
            if (writers[i].segment().id() == segment.id()) {
                return i;
            }
        }
        return -1;
    }
}
