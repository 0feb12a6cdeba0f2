package io.kvs.compaction;

import io.kvs.run.KeyBuffer;
import io.kvs.run.Tournament;
import java.util.List;

/// Merges the {@link Survivors} of several segments in key order; those of one key come in any
/// order.
///
/// ```
/// var merge = new SurvivorMerge(segments, range);
/// while (merge.next()) { … merge.isNewKey() … merge.record().pointer() … }
/// ```
final class SurvivorMerge {
    private final SurvivorReader[] sources;

    /// The first eight bytes of the key at which each source stands, which decide most matches.
    private final long[] words;

    /// Whether a source is behind its last record.
    private final boolean[] ended;

    private final Tournament tournament;
    private final KeyBuffer key = new KeyBuffer();
    private long word;
    private boolean newKey;
    private boolean begun;

    /// Merges what lies in `range`.
    SurvivorMerge(List<Survivors> segments, KeyRange range) {
        int count = segments.size();
        this.sources = new SurvivorReader[count];
        this.words = new long[count];
        this.ended = new boolean[count];
        for (int i = 0; i < count; i++) {
            sources[i] = new SurvivorReader(segments.get(i), range);
            advance(i);
        }
        this.tournament = new Tournament(count, this::beats);
        tournament.play();
    }

    /// Goes to the next record; returns false behind the last.
    ///
    /// @throws io.kvs.CorruptionException one is damaged; its segment is marked
    boolean next() {
        if (begun) {
            advance(tournament.winner());
            tournament.replay(tournament.winner());
        }
        int winner = tournament.winner();
        if (ended[winner]) {
            return false;
        }
        SurvivorReader record = sources[winner];
        newKey =
                words[winner] != word
                        || key.compareTo(record.keyBytes(), record.keyFrom(), record.keyTo()) != 0;
        if (newKey) {
            word = words[winner];
            key.set(record.keyBytes(), record.keyFrom(), record.keyTo());
        }
        begun = true;
        return true;
    }

    /// Returns the record.
    SurvivorReader record() {
        return sources[tournament.winner()];
    }

    /// Returns whether its key is another than that of the record before.
    boolean isNewKey() {
        return newKey;
    }

    /// Returns its key.
    KeyBuffer key() {
        return key;
    }

    private void advance(int number) {
        SurvivorReader source = sources[number];
        if (source.next()) {
            words[number] = source.word();
        } else {
            ended[number] = true;
        }
    }

    private boolean beats(int one, int other) {
        if (ended[one] || ended[other]) {
            return !ended[one];
        }
        int order = Long.compareUnsigned(words[one], words[other]);
        return order == 0 ? sources[one].compareKey(sources[other]) < 0 : order < 0;
    }
}
