package io.kvs.run;

import io.kvs.segment.Segment;
import java.io.IOException;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Walks over the keys of several sources in ascending or descending order, and gives of each key
/// the newest entry alone, in the order of {@link MergedCursor}; makes no object for any.
///
/// ```
/// var cursor = NewestCursor.ascending(sources, segments);
/// while (cursor.nextKey(entries)) { … entries.key(entries.count() - 1) … }
/// ```
///
/// Entries in segments that are gone are left out. For one thread; after an exception only a seek
/// goes on.
public final class NewestCursor {
    private final EntryMerge merge;
    private final boolean ascending;

    /// The segments by source and by their number there; null for those that are gone.
    private final @Nullable Segment[][] segments;

    /// Whether the merge stands at the first entry of the next key.
    private boolean ahead;

    private NewestCursor(
            List<EntrySource> sources, boolean ascending, LongFunction<@Nullable Segment> living) {
        this.ascending = ascending;
        this.segments = new Segment[sources.size()][];
        for (int i = 0; i < segments.length; i++) {
            segments[i] = new Segment[sources.get(i).segments()];
            for (int number = 0; number < segments[i].length; number++) {
                segments[i][number] = living.apply(sources.get(i).segmentId(number));
            }
        }
        long[][] ranks = new long[segments.length][];
        for (int i = 0; i < segments.length; i++) {
            ranks[i] = ranks(segments[i]);
        }
        this.merge = new EntryMerge(sources, ascending, ranks);
    }

    private static long[] ranks(@Nullable Segment[] segments) {
        long[] ranks = new long[segments.length];
        for (int i = 0; i < ranks.length; i++) {
            Segment segment = segments[i];
            ranks[i] = segment == null ? Ranks.GONE : segment.rank();
        }
        return ranks;
    }

    /// Merges sources in ascending order of keys, from where they stand: at first, from the start.
    ///
    /// @param living tells the segment of an id, or null if it is gone
    public static NewestCursor ascending(
            List<EntrySource> sources, LongFunction<@Nullable Segment> living) {
        return new NewestCursor(sources, true, living);
    }

    /// Merges sources in descending order of keys, from where they stand: at first there is nothing
    /// before them, so seek the end or a key.
    public static NewestCursor descending(
            List<EntrySource> sources, LongFunction<@Nullable Segment> living) {
        return new NewestCursor(sources, false, living);
    }

    /// Goes between the keys less than `key` and the others: ascending, the first that is not less
    /// comes next; descending, the last that is less.
    public void seek(byte[] wanted) throws IOException {
        ahead = false;
        merge.seek(wanted);
    }

    /// Goes behind all keys.
    public void seekEnd() throws IOException {
        ahead = false;
        merge.seekEnd();
    }

    /// Moves to the next key and adds its newest entry to others; returns false if there is none.
    public boolean nextKey(FetchedEntries target) throws IOException {
        if (!ahead && !merge.next()) {
            return false;
        }
        ahead = false;
        long head = merge.head();
        int entry = target.count();
        target.add(merge.source(), segment());
        boolean more = merge.next();
        while (more
                && merge.hasKey(head, target.keys(), target.keyFrom(entry), target.keyTo(entry))) {
            if (!ascending) {
                target.setLast(merge.source(), segment()); // The newest comes last.
            }
            more = merge.next();
        }
        ahead = more;
        return true;
    }

    /// Lets others use what it holds. It is not to be used afterwards.
    public void release() {
        merge.release();
    }

    /// Returns the segment of the current entry.
    private @Nullable Segment segment() {
        return segments[merge.sourceNumber()][merge.source().segmentNumber()];
    }
}
