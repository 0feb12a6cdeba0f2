package io.kvs.engine;

import io.kvs.commit.Log;
import io.kvs.index.Index;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import java.io.IOException;
import java.util.List;
import java.util.function.LongSupplier;

/// Has the keydir go on within its budget when it comes near it: then keys may leave it that runs
/// list.
///
/// As long as a keydir is complete, keys that were removed are simply missing in it. Before any
/// other key may be missing too, runs must list the removals, so that a lookup in them finds the
/// key removed.
final class Budget {
    private final Index index;
    private final SegmentTable segments;
    private final long budgetBytes;
    private final Log log;
    private final LongSupplier capacity;
    private final Housekeeper housekeeper;

    /// Guarded by this. The segments that may hold removals which only the keydir knows of; empty
    /// while it is far from its budget.
    private List<Segment> awaited = List.of();

    /// Watches the keydir of an index.
    ///
    /// @param capacity tells the capacity for the next segment, in bytes
    Budget(
            Index index,
            SegmentTable segments,
            long budgetBytes,
            Log log,
            LongSupplier capacity,
            Housekeeper housekeeper) {
        this.log = log;
        this.capacity = capacity;
        this.housekeeper = housekeeper;
        this.index = index;
        this.segments = segments;
        this.budgetBytes = budgetBytes;
    }

    /// Returns whether the keydir is near its budget, and may not let keys leave yet.
    boolean isCrowded() {
        return index.isComplete() && index.keydir().bytes() > budgetBytes / 4 * 3;
    }

    /// Has keys leave if the keydir is crowded. Called outside of all locks.
    synchronized void step() throws IOException {
        if (!isCrowded()) {
            return;
        }
        if (awaited.isEmpty()) {
            index.beginLeaving();
            awaited = segments.all();
            log.startSegment(capacity.getAsLong());
        }
        housekeeper.sealEnded();
        if (awaited.stream().allMatch(this::isListed)) {
            index.leave();
        }
    }

    private boolean isListed(Segment segment) {
        return segment.isListed() || segments.byId(segment.id()) == null;
    }
}
