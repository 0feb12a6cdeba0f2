package io.kvs.testkit;

import io.kvs.Durability;
import io.kvs.KvsEngine;
import io.kvs.KvsReader;
import io.kvs.WriteBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a store may hold: a sorted map, and the history of the changes that a power cut can take
/// back.
///
/// For each change call {@link #begin} before it, and {@link #acknowledge} when it returned or
/// {@link #refuse} when it failed and has promised to have written nothing. A change that was begun
/// but neither acknowledged nor refused may have happened, as a whole, or not: that is what an
/// operation leaves that failed otherwise, or during which the process died.
///
/// After a crash, {@link #recovered} checks what is there:
/// - after a kill every acknowledged change;
/// - after a power cut the changes up to some point of the history, at least those that were
///   synced;
///
/// and goes on from there. For one thread.
public final class ReferenceModel {
    /// More would take long; a store that failed takes no more changes.
    private static final int UNDECIDED_MAX = 12;

    private static final int SHOWN_DIFFERENCES_MAX = 6;

    /// The state before the first change of the history.
    private final NavigableMap<byte[], byte[]> base = newState();

    private final List<Change> history = new ArrayList<>();
    private final NavigableSet<byte[]> keys = new TreeSet<>(Arrays::compareUnsigned);

    /// How many changes at the start of the history a power cut cannot take back.
    private int durableCount;

    /// How many changes there were before the history.
    private long forgottenCount;

    /// A change of one key or a batch.
    private static final class Change {
        private final List<WriteBatch.Operation> operations;
        private boolean acknowledged;

        Change(List<WriteBatch.Operation> operations) {
            this.operations = List.copyOf(operations);
        }

        Change copy() {
            Change copy = new Change(operations);
            copy.acknowledged = acknowledged;
            return copy;
        }
    }

    /// A part of the history that has survived.
    ///
    /// @param changeCount how many changes, from the first
    /// @param absent which of them, counted from 0, never happened
    private record Survivors(int changeCount, BitSet absent) {}

    /// Makes the model of an empty store.
    public ReferenceModel() {}

    /// Returns a model of the same state and history.
    public ReferenceModel copy() {
        ReferenceModel copy = new ReferenceModel();
        copy.base.putAll(base);
        history.forEach(change -> copy.history.add(change.copy()));
        copy.keys.addAll(keys);
        copy.durableCount = durableCount;
        copy.forgottenCount = forgottenCount;
        return copy;
    }

    /// Returns an empty state: a map in the order of unsigned bytes.
    public static NavigableMap<byte[], byte[]> newState() {
        return new TreeMap<>(Arrays::compareUnsigned);
    }

    /// Begins the change of one key; a null value stands for its removal.
    public void begin(byte[] key, byte @Nullable [] value) {
        begin(List.of(new WriteBatch.Operation(key, value)));
    }

    /// Begins a change of several keys that is atomic.
    public void begin(List<WriteBatch.Operation> operations) {
        for (WriteBatch.Operation operation : operations) {
            keys.add(operation.key());
        }
        history.add(new Change(operations));
    }

    /// The change that was begun last has returned.
    public void acknowledge(Durability durability) {
        history.getLast().acknowledged = true;
        if (durability == Durability.SYNC) {
            synced();
        }
    }

    /// The change that was begun last has failed, and nothing was written.
    public void refuse() {
        history.removeLast();
    }

    /// A sync, or a close in order, has returned.
    public void synced() {
        durableCount = history.size();
        forgetDecided();
    }

    /// Returns the state if no undecided change has happened.
    public NavigableMap<byte[], byte[]> state() {
        NavigableMap<byte[], byte[]> state = copyOf(base);
        for (Change change : history) {
            if (change.acknowledged) {
                apply(state, change.operations);
            }
        }
        return state;
    }

    /// Returns whether a running store may return this value for a key.
    public boolean allows(byte[] key, Optional<byte[]> observed) {
        byte[] found = observed.orElse(null);
        for (int i = history.size() - 1; i >= 0; i--) {
            Change change = history.get(i);
            WriteBatch.Operation operation = operationOn(key, change);
            if (operation != null && Arrays.equals(operation.value(), found)) {
                return true;
            }
            if (operation != null && change.acknowledged) {
                return false;
            }
        }
        return Arrays.equals(base.get(key), found);
    }

    /// Checks what a get of a key returns.
    ///
    /// @throws AssertionError a running store may not return that
    public void check(KvsReader reader, byte[] key) {
        Optional<byte[]> value = reader.get(key);
        if (!allows(key, value)) {
            throw new AssertionError(
                    "wrong value of " + Bytes.show(key) + ": " + Bytes.show(value.orElse(null)));
        }
    }

    /// Returns whether a running store may return any value for a key.
    public boolean allowsAny(byte[] key) {
        for (int i = history.size() - 1; i >= 0; i--) {
            Change change = history.get(i);
            WriteBatch.Operation operation = operationOn(key, change);
            if (operation != null && (operation.value() != null || change.acknowledged)) {
                return operation.value() != null;
            }
        }
        return base.containsKey(key);
    }

    /// Returns every key that a change was begun for.
    public List<byte[]> keys() {
        return List.copyOf(keys);
    }

    /// Reads everything out of a store: all keys that the model knows.
    public NavigableMap<byte[], byte[]> read(KvsEngine engine) {
        NavigableMap<byte[], byte[]> state = newState();
        for (byte[] key : keys) {
            engine.get(key).ifPresent(value -> state.put(key, value));
        }
        return state;
    }

    /// Returns whether a store that was opened after a crash may hold this state.
    public boolean allows(Crash.Kind kind, NavigableMap<byte[], byte[]> observed) {
        return !new Search(kind, observed).found.isEmpty();
    }

    /// Checks the state of a store that was opened after a crash, and goes on from it.
    ///
    /// Of several crashes since the last check the worst counts.
    ///
    /// @throws AssertionError the store may not hold this state; the message names the nearest
    ///   state that it may hold, and the differences
    public void recovered(Crash.Kind kind, NavigableMap<byte[], byte[]> observed) {
        Search search = new Search(kind, observed);
        if (search.found.isEmpty()) {
            throw new AssertionError(search.explanation());
        }
        switch (kind) {
            case KILL -> decide(search.found);
            case POWER_CUT -> restartFrom(observed);
        }
    }

    @Override
    public String toString() {
        return (forgottenCount + history.size())
                + " changes, of which "
                + (forgottenCount + durableCount)
                + " are durable";
    }

    /// Decides which of the undecided changes have happened, where all that is possible agrees.
    private void decide(List<Survivors> possible) {
        BitSet absentInAll = new BitSet();
        absentInAll.set(0, history.size());
        BitSet absentInSome = new BitSet();
        for (Survivors survivors : possible) {
            absentInAll.and(survivors.absent);
            absentInSome.or(survivors.absent);
        }
        for (int i = history.size() - 1; i >= 0; i--) {
            if (absentInAll.get(i)) {
                history.remove(i);
                durableCount -= i < durableCount ? 1 : 0;
            } else if (!absentInSome.get(i)) {
                history.get(i).acknowledged = true;
            }
        }
        forgetDecided();
    }

    private void restartFrom(NavigableMap<byte[], byte[]> observed) {
        forgottenCount += history.size();
        history.clear();
        durableCount = 0;
        base.clear();
        base.putAll(observed);
    }

    /// Moves the durable changes before the first undecided one into the base.
    private void forgetDecided() {
        int count = 0;
        while (count < durableCount && history.get(count).acknowledged) {
            apply(base, history.get(count).operations);
            count++;
        }
        history.subList(0, count).clear();
        durableCount -= count;
        forgottenCount += count;
    }

    private static WriteBatch.@Nullable Operation operationOn(byte[] key, Change change) {
        for (WriteBatch.Operation operation : change.operations) {
            if (Arrays.equals(operation.key(), key)) {
                return operation;
            }
        }
        return null;
    }

    private static void apply(
            NavigableMap<byte[], byte[]> state, List<WriteBatch.Operation> operations) {
        for (WriteBatch.Operation operation : operations) {
            put(state, operation.key(), operation.value());
        }
    }

    private static void put(
            NavigableMap<byte[], byte[]> state, byte[] key, byte @Nullable [] value) {
        if (value == null) {
            state.remove(key);
        } else {
            state.put(key, value);
        }
    }

    private static NavigableMap<byte[], byte[]> copyOf(NavigableMap<byte[], byte[]> state) {
        NavigableMap<byte[], byte[]> copy = newState();
        copy.putAll(state);
        return copy;
    }

    /// Walks the history from the base, and compares after every change; where a change is
    /// undecided it walks on without it as well.
    private final class Search {
        private final NavigableMap<byte[], byte[]> observed;
        private final NavigableMap<byte[], byte[]> state = copyOf(base);
        private final int changeCountMin;
        private final BitSet absent = new BitSet();
        private final List<Survivors> found = new ArrayList<>();

        /// How many keys differ between `state` and `observed`.
        private int differences;

        private int differencesMin = Integer.MAX_VALUE;
        private String nearest = "";

        Search(Crash.Kind kind, NavigableMap<byte[], byte[]> observed) {
            this.observed = observed;
            this.changeCountMin = kind == Crash.Kind.KILL ? history.size() : durableCount;
            checkUndecidedCount();
            NavigableSet<byte[]> all = new TreeSet<>(Arrays::compareUnsigned);
            all.addAll(state.navigableKeySet());
            all.addAll(observed.navigableKeySet());
            for (byte[] key : all) {
                differences += differs(key) ? 1 : 0;
            }
            walk(0);
        }

        String explanation() {
            return "the store may not hold this: "
                    + ReferenceModel.this
                    + "; the nearest state allowed is "
                    + nearest;
        }

        private void walk(int start) {
            List<WriteBatch.Operation> undo = new ArrayList<>();
            for (int i = start; i <= history.size(); i++) {
                if (i >= changeCountMin) {
                    compare(i);
                }
                if (i == history.size()) {
                    break;
                }
                Change change = history.get(i);
                if (!change.acknowledged) {
                    absent.set(i);
                    walk(i + 1);
                    absent.clear(i);
                }
                for (WriteBatch.Operation operation : change.operations) {
                    byte[] key = operation.key();
                    undo.add(new WriteBatch.Operation(key, state.get(key)));
                    change(operation);
                }
            }
            undo.reversed().forEach(this::change);
        }

        private void compare(int changeCount) {
            if (differences == 0) {
                found.add(new Survivors(changeCount, (BitSet) absent.clone()));
            } else if (differences < differencesMin) {
                differencesMin = differences;
                nearest = "that after change " + (forgottenCount + changeCount) + showDifferences();
            }
        }

        private void change(WriteBatch.Operation operation) {
            byte[] key = operation.key();
            differences -= differs(key) ? 1 : 0;
            put(state, key, operation.value());
            differences += differs(key) ? 1 : 0;
        }

        private boolean differs(byte[] key) {
            return !Arrays.equals(state.get(key), observed.get(key));
        }

        private String showDifferences() {
            StringBuilder text = new StringBuilder();
            int shown = 0;
            NavigableSet<byte[]> all = new TreeSet<>(Arrays::compareUnsigned);
            all.addAll(state.navigableKeySet());
            all.addAll(observed.navigableKeySet());
            for (byte[] key : all) {
                if (differs(key) && shown++ < SHOWN_DIFFERENCES_MAX) {
                    text.append("; key ").append(Bytes.show(key));
                    text.append(" should have ").append(Bytes.show(state.get(key)));
                    text.append(", has ").append(Bytes.show(observed.get(key)));
                }
            }
            return text.toString();
        }

        private void checkUndecidedCount() {
            int count = 0;
            for (Change change : history) {
                count += change.acknowledged ? 0 : 1;
            }
            if (count > UNDECIDED_MAX) {
                throw new IllegalStateException(count + " changes are undecided");
            }
        }
    }
}
