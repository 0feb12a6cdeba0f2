package io.kvs.view;

import io.kvs.run.SortedRecords;
import io.kvs.segment.Segment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Keeps the sorted records at the end of the log from one view to the next, so that each sorts
/// only what has been written since the one before.
///
/// The pieces are kept as those of a logarithmic method are (Bentley and Saxe, J. Algorithms 1980):
/// one that is not much longer than what follows it is sorted again together with that. So there
/// are few, and each record is sorted a few times at most.
public final class SortedTail {
    private final List<SortedRecords> pieces = new ArrayList<>();
    private @Nullable Segment segment;
    private long from;

    /// Returns the records in `[start, end)` of a segment in key order, in one piece or some.
    ///
    /// @throws io.kvs.CorruptionException a header or a key is damaged
    @SuppressWarnings("ReferenceEquality") // another mapping of the same segment is another one
    synchronized List<SortedRecords> of(Segment wanted, long start, long end) {
        long known = pieces.isEmpty() ? start : pieces.getLast().to();
        if (wanted != segment || start != from || known > end) {
            pieces.clear();
            segment = wanted;
            from = start;
        }
        long added = pieces.isEmpty() ? start : pieces.getLast().to();
        while (!pieces.isEmpty() && end > added && begin(pieces.size() - 1) + 2 * end > 3 * added) {
            pieces.removeLast();
            added = pieces.isEmpty() ? start : pieces.getLast().to();
        }
        if (end > added) {
            pieces.add(SortedRecords.of(wanted, added, end, cursor -> false));
        }
        return List.copyOf(pieces);
    }

    private long begin(int number) {
        return number == 0 ? from : pieces.get(number - 1).to();
    }
}
