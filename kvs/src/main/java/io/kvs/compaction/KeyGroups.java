package io.kvs.compaction;

import io.kvs.CorruptionException;
import io.kvs.compaction.Survivors.Item;
import io.kvs.hint.HintBuilder;
import io.kvs.hint.HintReader;
import io.kvs.index.KeyHash;
import io.kvs.index.Keydir;
import io.kvs.io.Disk;
import io.kvs.segment.Segment;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Merges the {@link Survivors} of several segments: in groups of one key, in key order.
///
/// The merge is a tournament (Knuth, TAOCP 3, 5.4.1): each inner node of a binary tree over the
/// segments holds the loser of the match between its two halves, so that the next record is found
/// with one comparison a level.
final class KeyGroups implements AutoCloseable {
    private final List<Survivors> sources = new ArrayList<>();

    /// The next record of each source; null behind its last.
    private final @Nullable Item[] heads;

    /// The losers, by node; the number of the winner of all at 0.
    private final int[] tree;

    /// Opens the hint files of `segments`.
    KeyGroups(
            Disk disk,
            long storeId,
            List<Segment> segments,
            KeyRange range,
            Keydir keydir,
            KeyHash hash)
            throws IOException {
        heads = new Item[segments.size()];
        tree = new int[segments.size()];
        try {
            for (Segment segment : segments) {
                HintReader reader = open(disk, storeId, segment);
                Survivors source = new Survivors(segment, reader, range, keydir, hash);
                sources.add(source);
                heads[sources.size() - 1] = source.next();
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
        tree[0] = play(1);
    }

    /// Returns the records of the next key, or an empty list at the end.
    List<Item> next() throws IOException {
        List<Item> group = new ArrayList<>(1);
        Item head = heads[tree[0]];
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
        Item head = heads[one];
        Item otherHead = heads[other];
        return head != null && (otherHead == null || head.compareKey(otherHead) < 0);
    }

    @Override
    public void close() throws IOException {
        for (Survivors source : sources) {
            source.close();
        }
    }

    /// Opens the hint file; one that is missing or damaged is made again, by one thread.
    private static HintReader open(Disk disk, long storeId, Segment segment) throws IOException {
        synchronized (segment) {
            try {
                HintReader reader = HintReader.open(disk, storeId, segment.id(), segment.sorted());
                if (reader.covered() == segment.sealedEnd()) {
                    return reader;
                }
                reader.close();
            } catch (NoSuchFileException | CorruptionException e) {
                // The hint file is a cache: it is made again below.
            }
            if (!HintBuilder.build(disk, storeId, segment, segment.sealedEnd())) {
                segment.markDamaged();
                throw segment.corruption(0, "a record in it is damaged");
            }
            return HintReader.open(disk, storeId, segment.id(), segment.sorted());
        }
    }
}
