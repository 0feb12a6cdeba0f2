package io.kvs.compaction;

import io.kvs.run.Tournament;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Merges the {@link Survivors} of several segments: in groups of one key, in key order.
final class KeyGroups {
    private final List<SurvivorReader> sources = new ArrayList<>();

    /// The next record of each source; null behind its last.
    private final @Nullable Survivor[] heads;

    private final Tournament tournament;

    /// Merges what lies in `range`.
    KeyGroups(List<Survivors> segments, KeyRange range) {
        heads = new Survivor[segments.size()];
        tournament = new Tournament(segments.size(), this::beats);
        for (int i = 0; i < heads.length; i++) {
            SurvivorReader source = new SurvivorReader(segments.get(i), range);
            sources.add(source);
            heads[i] = source.next();
        }
        tournament.play();
    }

    /// Returns the records of the next key, or an empty list at the end.
    List<Survivor> next() {
        List<Survivor> group = new ArrayList<>(1);
        Survivor head = heads[tournament.winner()];
        while (head != null && (group.isEmpty() || group.getFirst().compareKey(head) == 0)) {
            group.add(head);
            int winner = tournament.winner();
            heads[winner] = sources.get(winner).next();
            tournament.replay(winner);
            head = heads[tournament.winner()];
        }
        return group;
    }

    private boolean beats(int one, int other) {
        Survivor head = heads[one];
        Survivor otherHead = heads[other];
        return head != null && (otherHead == null || head.compareKey(otherHead) < 0);
    }
}
