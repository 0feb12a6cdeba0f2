package io.kvs.run;

import io.kvs.segment.Segment;
import java.io.IOException;
import java.util.List;
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

    /// By source.
    private final LivingSegments[] segments;

    /// Whether the merge stands at the first entry of the next key.
    private boolean ahead;

    private NewestCursor(
            List<EntrySource> sources, boolean ascending, List<LivingSegments> segments) {
        this.ascending = ascending;
        this.segments = segments.toArray(new LivingSegments[0]);
        long[][] ranks = new long[this.segments.length][];
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] = this.segments[i].ranks();
        }
        this.merge = new EntryMerge(sources, ascending, ranks);
    }

    /// Merges sources in ascending order of keys, from where they stand: at first, from the start.
    ///
    /// @param segments those of each source
    public static NewestCursor ascending(List<EntrySource> sources, List<LivingSegments> segments) {
        return new NewestCursor(sources, true, segments);
    }

    /// Merges sources in descending order of keys, from where they stand: at first there is nothing
    /// before them, so seek the end or a key.
    ///
    /// @param segments those of each source
    public static NewestCursor descending(
            List<EntrySource> sources, List<LivingSegments> segments) {
        return new NewestCursor(sources, false, segments);
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
        return segments[merge.sourceNumber()].segment(merge.source().segmentNumber());
    }
}
