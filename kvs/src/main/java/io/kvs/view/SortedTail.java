package io.kvs.view;

import io.kvs.run.SortedRecords;
import io.kvs.segment.Segment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Keeps the sorted records that no run lists from one view to the next, so that each sorts only
/// what has been written since the one before.
///
/// The pieces of a part of a segment are kept as those of a logarithmic method are (Bentley and
/// Saxe, J. Algorithms 1980): one that is not many times as long as what follows is merged with it.
/// So there are a few at most. A view that was taken before another, and asks after it, gets of
/// them what lies before its own end.
public final class SortedTail {
    /// What a piece has more than this many times the records of, it is not merged with.
    private static final int GROWTH = 64;

    private final Map<Start, List<SortedRecords>> kept = new HashMap<>();

    /// Where a part begins. Another mapping of the same segment is another segment.
    private record Start(Segment segment, long offset) {}

    /// A part that no run lists.
    ///
    /// @param from where it begins
    /// @param to where it ends, in the view that asks
    record Part(Segment segment, long from, long to) {}

    /// Returns the records of some parts in key order, each part in one piece or some; forgets
    /// those of all other parts.
    ///
    /// @throws io.kvs.CorruptionException a header or a key is damaged
    synchronized List<SortedRecords> of(List<Part> parts) {
        Set<Start> asked = new HashSet<>();
        List<SortedRecords> sorted = new ArrayList<>();
        for (Part part : parts) {
            Start start = new Start(part.segment(), part.from());
            asked.add(start);
            List<SortedRecords> pieces = kept.computeIfAbsent(start, _ -> new ArrayList<>());
            extend(pieces, part);
            for (SortedRecords piece : pieces) {
                sorted.add(piece.before(part.to()));
            }
        }
        kept.keySet().retainAll(asked);
        return sorted;
    }

    private static void extend(List<SortedRecords> pieces, Part part) {
        long sorted = pieces.isEmpty() ? part.from() : pieces.getLast().to();
        if (part.to() > sorted) {
            SortedRecords last =
                    SortedRecords.of(part.segment(), sorted, part.to(), cursor -> false);
            while (!pieces.isEmpty() && pieces.getLast().count() / GROWTH <= last.count()) {
                last = pieces.removeLast().with(last);
            }
            pieces.add(last);
        }
    }
}
