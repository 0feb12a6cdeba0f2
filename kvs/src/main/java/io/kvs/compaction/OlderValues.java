package io.kvs.compaction;

import io.kvs.run.DamagedRunException;
import io.kvs.run.RunTable;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Tells whether a tombstone is still needed: whether a segment outside of the compaction holds an
/// older value of its key, which would come back without it.
///
/// Where runs do not list every record of such a segment, or cannot be read, the answer is yes.
final class OlderValues {
    private final SegmentTable segments;
    private final RunTable runs;
    private final Set<Long> victims = new HashSet<>();
    private final boolean unknown;

    /// Makes it for the segments outside of the compaction.
    OlderValues(SegmentTable segments, RunTable runs, List<Survivors> compacted) {
        this.segments = segments;
        this.runs = runs;
        for (Survivors victim : compacted) {
            victims.add(victim.segment().id());
        }
        this.unknown = segments.all().stream().anyMatch(this::isUnlisted);
    }

    /// Returns whether there may be a value of `key` in a segment of a lower rank.
    boolean mayExist(byte[] key, long rank) {
        try {
            return unknown || runs.hasOlderValue(key, rank, this::other);
        } catch (DamagedRunException e) {
            return true;
        }
    }

    private boolean isUnlisted(Segment segment) {
        return segment.sealedEnd() > runs.coveredEnd(segment.id())
                && !victims.contains(segment.id());
    }

    private @Nullable Segment other(long id) {
        return victims.contains(id) ? null : segments.byId(id);
    }
}
