package io.kvs.run;

/// Finds the first of several heads again and again, with one comparison a level (Knuth, TAOCP 3,
/// 5.4.1): each inner node of a binary tree over the players holds the loser of the match between
/// its two halves.
public final class Tournament {
    private final Match match;

    /// The losers, by node; the winner of all at 0.
    private final int[] tree;

    /// Tells who comes first.
    @FunctionalInterface
    public interface Match {
        /// Returns whether the head of player `one` comes before that of player `other`.
        boolean beats(int one, int other);
    }

    /// Makes a tournament that has not been played yet.
    ///
    /// @param players how many there are, numbered from 0
    public Tournament(int players, Match match) {
        this.tree = new int[players];
        this.match = match;
    }

    /// Plays all matches.
    public void play() {
        tree[0] = play(1);
    }

    /// Plays the matches of a player that has a new head; all others have theirs still.
    public void replay(int player) {
        int winner = player;
        for (int node = player + tree.length >>> 1; node > 0; node >>>= 1) {
            if (match.beats(tree[node], winner)) {
                int loser = winner;
                winner = tree[node];
                tree[node] = loser;
            }
        }
        tree[0] = winner;
    }

    /// Returns the player whose head comes first.
    public int winner() {
        return tree[0];
    }

    /// Plays the part of the tree below `node`; returns who wins.
    private int play(int node) {
        if (node >= tree.length) {
            return node - tree.length;
        }
        int left = play(2 * node);
        int right = play(2 * node + 1);
        boolean leftWins = match.beats(left, right);
        tree[node] = leftWins ? right : left;
        return leftWins ? left : right;
    }
}
