package io.kvs.run;

import io.kvs.format.LittleEndian;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Merges several sources, entry by entry, without those in segments that are gone: in ascending
/// order of keys with the newest entry of a key first, or in exactly the opposite order.
final class EntryMerge {
    private final EntrySource[] sources;
    private final boolean ascending;

    /// The rank of each segment, by source and by its number there.
    private final long[][] ranks;

    /// The key of the next entry of each source; null behind its last.
    private final byte[] @Nullable [] keys;

    /// The first eight bytes of these keys, with zeros for those behind the end, which decide most
    /// matches.
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
        int count = sources.size();
        this.sources = sources.toArray(new EntrySource[count]);
        this.ascending = ascending;
        this.ranks = new long[count][];
        this.keys = new byte[count][];
        this.heads = new long[count];
        this.tournament = new Tournament(count, this::beats);
        for (int i = 0; i < count; i++) {
            EntrySource source = this.sources[i];
            this.ranks[i] = new long[source.segments()];
            for (int number = 0; number < source.segments(); number++) {
                this.ranks[i][number] = ranks.rank(source.segmentId(number));
            }
        }
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
                if (keys[winner] != null) {
                    advance(winner);
                    tournament.replay(winner);
                }
            }
            case FAILED -> throw new IllegalStateException("the place was lost in an error");
        }
        state = State.PLAYED;
        return keys[tournament.winner()] != null;
    }

    /// Returns the number of the source of the current entry.
    int sourceNumber() {
        return tournament.winner();
    }

    /// Returns the source that stands at the current entry.
    EntrySource source() {
        return sources[tournament.winner()];
    }

    /// Brings a source to its next entry in a segment that is there.
    private void advance(int number) throws IOException {
        EntrySource source = sources[number];
        while (ascending ? source.next() : source.previous()) {
            if (ranks[number][source.segmentNumber()] != Ranks.GONE) {
                byte[] key = source.key();
                keys[number] = key;
                heads[number] = head(key);
                return;
            }
        }
        keys[number] = null;
    }

    private boolean beats(int one, int other) {
        byte[] key = keys[one];
        byte[] otherKey = keys[other];
        if (key == null || otherKey == null) {
            return key != null;
        }
        int order = Long.compareUnsigned(heads[one], heads[other]);
        if (order == 0) {
            order = Arrays.compareUnsigned(key, otherKey);
        }
        if (order == 0) {
            order = compareAge(one, other);
        }
        return ascending ? order < 0 : order > 0;
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

    private static long head(byte[] key) {
        if (key.length >= Long.BYTES) {
            return Long.reverseBytes(LittleEndian.getLong(key, 0));
        }
        long head = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            head = head << 8 | (i < key.length ? key[i] & 0xFF : 0);
        }
        return head;
    }
}
