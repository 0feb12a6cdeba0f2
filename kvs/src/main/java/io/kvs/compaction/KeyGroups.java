package io.kvs.compaction;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Merges the {@link Survivors} of several segments: in groups of one key, in key order.
///
/// The merge is a tournament (Knuth, TAOCP 3, 5.4.1): each inner node of a binary tree over the
/// segments holds the loser of the match between its two halves, so that the next record is found
/// with one comparison a level.
final class KeyGroups {
    private final List<SurvivorReader> sources = new ArrayList<>();

    /// The next record of each source; null behind its last.
    private final @Nullable Survivor[] heads;

    /// The losers, by node; the number of the winner of all at 0.
    private final int[] tree;

    /// Merges what lies in `range`.
    KeyGroups(List<Survivors> segments, KeyRange range) {
        heads = new Survivor[segments.size()];
        tree = new int[segments.size()];
        for (int i = 0; i < heads.length; i++) {
            SurvivorReader source = new SurvivorReader(segments.get(i), range);
            sources.add(source);
            heads[i] = source.next();
        }
        tree[0] = play(1);
    }

    /// Returns the records of the next key, or an empty list at the end.
    List<Survivor> next() {
        List<Survivor> group = new ArrayList<>(1);
        Survivor head = heads[tree[0]];
        while (head != null && (group.isEmpty() || group.getFirst().compareKey(head) == 0)) {
            group.add(head);
            int winner = tree[0];
            heads[winner] = sources.get(winner).next();
            replay(winner);
            head = heads[tree[0]];
        }
        return group;
    }

    /// Plays all matches of the part of the tree below `node`; returns who wins.
    private int play(int node) {
        if (node >= heads.length) {
            return node - heads.length;
        }
        int left = play(2 * node);
        int right = play(2 * node + 1);
        boolean leftWins = beats(left, right);
        tree[node] = leftWins ? right : left;
        return leftWins ? left : right;
    }

    /// Plays the matches of a source that has a new head.
    private void replay(int source) {
        int winner = source;
        for (int node = source + heads.length >>> 1; node > 0; node >>>= 1) {
            if (beats(tree[node], winner)) {
                int loser = winner;
                winner = tree[node];
                tree[node] = loser;
            }
        }
        tree[0] = winner;
    }

    private boolean beats(int one, int other) {
        Survivor head = heads[one];
        Survivor otherHead = heads[other];
        return head != null && (otherHead == null || head.compareKey(otherHead) < 0);
    }
}
