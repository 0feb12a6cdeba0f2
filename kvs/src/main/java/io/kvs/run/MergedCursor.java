package io.kvs.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Walks over the keys of several sources in ascending order, and gives of each key all entries
/// from the newest to the oldest: those of a segment with a higher {@link Ranks rank} first, among
/// segments of one rank those with the larger id, within a segment those with the larger offset.
///
/// ```
/// var cursor = new MergedCursor(sources, ranks);
/// while (cursor.nextKey()) { … cursor.key() … cursor.newest() … cursor.entries() … }
/// ```
///
/// Entries in segments that are gone are left out. The order of the entries of one key in a source
/// must agree with the ranks. For one thread; after an exception only a seek goes on.
public final class MergedCursor {
    private final EntryMerge merge;
    private final List<RunEntry> group = new ArrayList<>(1);
    private final List<RunEntry> entries = Collections.unmodifiableList(group);

    /// Whether the merge stands at the first entry of the next key.
    private boolean ahead;

    /// Merges sources from where they stand: at first, from the start.
    public MergedCursor(List<? extends EntrySource> sources, Ranks ranks) {
        this.merge = new EntryMerge(sources, true, ranks);
    }

    /// Goes before the first key that is not less than `key`.
    public void seek(byte[] key) throws IOException {
        ahead = false;
        merge.seek(key);
    }

    /// Moves to the next key; returns false if there is none.
    public boolean nextKey() throws IOException {
        group.clear();
        if (!ahead && !merge.next()) {
            return false;
        }
        ahead = false;
        byte[] key = merge.source().key();
        long head = merge.head();
        boolean more = true;
        while (more && merge.hasKey(head, key, 0, key.length)) {
            group.add(merge.source().entry(key));
            more = merge.next();
        }
        ahead = more;
        return true;
    }

    /// Returns the key; not to be changed.
    public byte[] key() {
        return newest().key();
    }

    /// Returns the newest entry of the key.
    public RunEntry newest() {
        return group.getFirst();
    }

    /// Returns all entries of the key from the newest to the oldest; valid until the next move.
    public List<RunEntry> entries() {
        return entries;
    }
}
