package io.kvs.testkit.history;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// How far a search has come: which calls have taken effect, and what the key holds then. Its bits
/// never change.
///
/// @param first index of the first answered call that has not taken effect
/// @param later answered calls behind it that have: bit i is the one with index `first` + i
/// @param unanswered unanswered calls that have, by index
record Configuration(int first, BitSet later, BitSet unanswered, @Nullable Long value) {
    static final Configuration START = new Configuration(0, new BitSet(), new BitSet(), null);

    /// Returns whether an answered call has taken effect.
    boolean has(int index) {
        return index < first || later.get(index - first);
    }

    /// Returns whether all of some unanswered calls have.
    boolean hasUnanswered(BitSet indexes) {
        BitSet rest = (BitSet) indexes.clone();
        rest.andNot(unanswered);
        return rest.isEmpty();
    }

    /// Returns what follows if an answered call takes effect and leaves a value.
    Configuration with(int index, @Nullable Long left) {
        BitSet bits = (BitSet) later.clone();
        bits.set(index - first);
        int whole = bits.nextClearBit(0);
        BitSet rest = bits.get(whole, Math.max(whole, bits.length()));
        return new Configuration(first + whole, rest, unanswered, left);
    }

    /// Returns what follows if an unanswered call takes effect and leaves a value.
    Configuration withUnanswered(int index, @Nullable Long left) {
        BitSet bits = (BitSet) unanswered.clone();
        bits.set(index);
        return new Configuration(first, later, bits, left);
    }

    /// Returns the same without telling which unanswered calls have taken effect.
    Configuration answeredOnly() {
        return new Configuration(first, later, START.unanswered, value);
    }
}
