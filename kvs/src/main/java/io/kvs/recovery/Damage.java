package io.kvs.recovery;

import io.kvs.CorruptionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The damage found while a store was opened, and what cannot be decided because of it.
///
/// A damaged record whose key is intact is in the keydir like any other: reading it is an error,
/// and all else is as it was. But where the key is lost, nobody can tell which key had a newer
/// value or was removed there. Then a key is given only if its record is newer than the damage; any
/// other answer might be an old value, or an absence that is none.
public final class Damage {
    private final List<CorruptionException> found = new ArrayList<>();

    /// The largest sequence number that a record with an unknown key may have, or -1.
    private long undecidedSequence = -1;

    private @Nullable CorruptionException undecided;

    /// Returns what was found.
    public List<CorruptionException> found() {
        return List.copyOf(found);
    }

    /// Returns whether {@link #check} may find anything uncertain.
    public boolean isUndecided() {
        return undecided != null;
    }

    /// Does nothing if what the index says of a key is certain.
    ///
    /// @param sequence the sequence number of its newest record, or 0 if it has none
    /// @throws CorruptionException a record with an unknown key may be a newer one of this key
    public void check(long sequence) {
        if (undecidedSequence >= sequence) {
            throw undecided();
        }
    }

    private CorruptionException undecided() {
        CorruptionException cause = Objects.requireNonNull(undecided);
        return new CorruptionException(
                cause.file(),
                cause.offset(),
                "a record that cannot be read may be one of this key");
    }

    void add(CorruptionException damage) {
        found.add(damage);
    }

    void addUndecided(CorruptionException damage, long sequence) {
        found.add(damage);
        if (sequence > undecidedSequence) {
            undecidedSequence = sequence;
            undecided = damage;
        }
    }
}
