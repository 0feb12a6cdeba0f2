package io.kvs.run;

import io.kvs.segment.Segment;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// The segments that the entries of a source lie in, by their number there, and how new each is.
/// Never changes.
public final class LivingSegments {
    /// Null for one that is gone.
    private final @Nullable Segment[] segments;

    private final long[] ranks;

    private LivingSegments(@Nullable Segment[] segments) {
        this.segments = segments;
        this.ranks = new long[segments.length];
        for (int i = 0; i < ranks.length; i++) {
            Segment segment = segments[i];
            ranks[i] = segment == null ? Ranks.GONE : segment.rank();
        }
    }

    /// Returns those with some ids.
    ///
    /// @param ids by the number in the source
    /// @param living tells the segment of an id, or null if it is gone
    public static LivingSegments of(long[] ids, LongFunction<@Nullable Segment> living) {
        @Nullable Segment[] segments = new Segment[ids.length];
        for (int i = 0; i < ids.length; i++) {
            segments[i] = living.apply(ids[i]);
        }
        return new LivingSegments(segments);
    }

    /// Returns those of what lies in one segment alone.
    public static LivingSegments of(Segment segment) {
        return new LivingSegments(new Segment[] {segment});
    }

    /// Returns the segment with a number, or null if it is gone.
    @Nullable Segment segment(int number) {
        return segments[number];
    }

    /// Returns the rank of each, {@link Ranks#GONE} for those that are gone; not to be changed.
    long[] ranks() {
        return ranks;
    }
}
