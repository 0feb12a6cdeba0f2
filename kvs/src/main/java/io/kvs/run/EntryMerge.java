package io.kvs.run;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// Merges several sources, entry by entry, without those in segments that are gone: in ascending
/// order of keys with the newest entry of a key first, or in exactly the opposite order.
final class EntryMerge {
    private final EntrySource[] sources;
    private final boolean ascending;

    /// The rank of each segment, by source and by its number there.
    private final long[][] ranks;

    /// Whether a source is behind its last entry; the others stand at their next one.
    private final boolean[] ended;

    /// The first eight bytes of the keys of these entries, with zeros for those behind the end,
    /// which decide most matches.
    private final long[] heads;

    private final Tournament tournament;

    private State state = State.UNPLAYED;

    private enum State {
        /// No source has been asked since the last seek.
        UNPLAYED,
        /// The winner is the current entry.
        PLAYED,
        /// A source has failed, so that an entry may be lost.
        FAILED
    }

    /// Merges sources from where they stand.
    EntryMerge(List<? extends EntrySource> sources, boolean ascending, Ranks ranks) {
        this(sources, ascending, ranks(sources, ranks));
    }

    /// Merges sources from where they stand.
    ///
    /// @param ranks the rank of each segment, by source and by its number there
    EntryMerge(List<? extends EntrySource> sources, boolean ascending, long[][] ranks) {
        int count = sources.size();
        this.sources = sources.toArray(new EntrySource[count]);
        this.ascending = ascending;
        this.ranks = ranks;
        this.ended = new boolean[count];
        this.heads = new long[count];
        this.tournament = new Tournament(count, this::beats);
    }

    private static long[][] ranks(List<? extends EntrySource> sources, Ranks ranks) {
        long[][] bySource = new long[sources.size()][];
        for (int i = 0; i < bySource.length; i++) {
            EntrySource source = sources.get(i);
            bySource[i] = new long[source.segments()];
            for (int number = 0; number < bySource[i].length; number++) {
                bySource[i][number] = ranks.rank(source.segmentId(number));
            }
        }
        return bySource;
    }

    /// Goes between the keys less than `key` and the others.
    void seek(byte[] key) throws IOException {
        state = State.FAILED;
        for (EntrySource source : sources) {
            source.seek(key);
        }
        state = State.UNPLAYED;
    }

    /// Goes behind all entries.
    void seekEnd() throws IOException {
        state = State.FAILED;
        for (EntrySource source : sources) {
            source.seekEnd();
        }
        state = State.UNPLAYED;
    }

    /// Moves to the next entry; returns false, and stays, if there is none.
    boolean next() throws IOException {
        if (sources.length == 0) {
            return false;
        }
        State before = state;
        state = State.FAILED;
        switch (before) {
            case UNPLAYED -> {
                for (int i = 0; i < sources.length; i++) {
                    advance(i);
                }
                tournament.play();
            }
            case PLAYED -> {
                int winner = tournament.winner();
                if (!ended[winner]) {
                    advance(winner);
                    tournament.replay(winner);
                }
            }
            case FAILED -> throw new IllegalStateException("the place was lost in an error");
        }
        state = State.PLAYED;
        return !ended[tournament.winner()];
    }

    /// Returns the number of the source of the current entry.
    int sourceNumber() {
        return tournament.winner();
    }

    /// Returns the source that stands at the current entry.
    EntrySource source() {
        return sources[tournament.winner()];
    }

    /// Returns the first eight bytes of the key of the current entry, with zeros for those behind
    /// its end.
    long head() {
        return heads[tournament.winner()];
    }

    /// Returns whether the current entry has the key that stands in `[from, to)`.
    ///
    /// @param head its first eight bytes
    boolean hasKey(long head, byte[] key, int from, int to) {
        EntrySource source = source();
        return head == head()
                && Arrays.equals(
                        source.keyBytes(), source.keyFrom(), source.keyTo(), key, from, to);
    }

    /// Lets others use the sources.
    void release() {
        for (EntrySource source : sources) {
            source.release();
        }
    }

    /// Brings a source to its next entry in a segment that is there.
    private void advance(int number) throws IOException {
        EntrySource source = sources[number];
        while (ascending ? source.next() : source.previous()) {
            if (ranks[number][source.segmentNumber()] != Ranks.GONE) {
                ended[number] = false;
                heads[number] = KeyHeads.word(source.keyBytes(), source.keyFrom(), source.keyTo());
                return;
            }
        }
        ended[number] = true;
    }

    private boolean beats(int one, int other) {
        if (ended[one] || ended[other]) {
            return !ended[one];
        }
        int order = Long.compareUnsigned(heads[one], heads[other]);
        if (order == 0) {
            order = compareKeys(sources[one], sources[other]);
        }
        if (order == 0) {
            order = compareAge(one, other);
        }
        return ascending ? order < 0 : order > 0;
    }

    private static int compareKeys(EntrySource one, EntrySource other) {
        return Arrays.compareUnsigned(
                one.keyBytes(),
                one.keyFrom(),
                one.keyTo(),
                other.keyBytes(),
                other.keyFrom(),
                other.keyTo());
    }

    /// Compares two entries of one key, the newer one first.
    private int compareAge(int one, int other) {
        EntrySource source = sources[one];
        EntrySource otherSource = sources[other];
        int number = source.segmentNumber();
        int otherNumber = otherSource.segmentNumber();
        int order = Long.compare(ranks[other][otherNumber], ranks[one][number]);
        if (order == 0) {
            order = Long.compare(otherSource.segmentId(otherNumber), source.segmentId(number));
        }
        return order == 0 ? Long.compare(otherSource.offset(), source.offset()) : order;
    }
}
