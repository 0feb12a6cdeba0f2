package io.kvs.testkit;

import io.kvs.Durability;
import io.kvs.ExpiringKvsEngine;
import io.kvs.KvsEngine;
import io.kvs.KvsReader;
import io.kvs.WriteBatch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a store may hold: a sorted map, and the history of the changes that a power cut can take
/// back.
///
/// It has the clock that its store is to be opened with. A value whose time has come is absent, but
/// hides what is older all the same; a power cut does not put the clock back.
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
    private final NavigableMap<byte[], StoredValue> base = newState();

    private final List<Change> history = new ArrayList<>();
    private final NavigableSet<byte[]> keys = new TreeSet<>(Arrays::compareUnsigned);

    /// Keys that have had a value which expires.
    private final NavigableSet<byte[]> expiring = new TreeSet<>(Arrays::compareUnsigned);

    private final TestClock clock;

    /// How many changes at the start of the history a power cut cannot take back.
    private int durableCount;

    /// How many changes there were before the history.
    private long forgottenCount;

    /// What a change makes of a key.
    ///
    /// @param stored the value, or null for none
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Write(byte[] key, @Nullable StoredValue stored) {}

    /// A change of one key or a batch.
    private static final class Change {
        private final List<Write> writes;
        private boolean acknowledged;

        Change(List<Write> writes) {
            this.writes = List.copyOf(writes);
        }

        Change copy() {
            Change copy = new Change(writes);
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
    public ReferenceModel() {
        this(new TestClock());
    }

    private ReferenceModel(TestClock clock) {
        this.clock = clock;
    }

    /// Returns the clock that tells what has expired.
    public TestClock clock() {
        return clock;
    }

    /// Returns a model of the same state and history, with a clock of its own that shows the same
    /// time.
    public ReferenceModel copy() {
        ReferenceModel copy = new ReferenceModel(clock.copy());
        copy.expiring.addAll(expiring);
        copy.base.putAll(base);
        history.forEach(change -> copy.history.add(change.copy()));
        copy.keys.addAll(keys);
        copy.durableCount = durableCount;
        copy.forgottenCount = forgottenCount;
        return copy;
    }

    /// Returns an empty state: a map in the order of unsigned bytes.
    public static <V> NavigableMap<byte[], V> newState() {
        return new TreeMap<>(Arrays::compareUnsigned);
    }

    /// Begins the change of one key; a null value stands for its removal.
    public void begin(byte[] key, byte @Nullable [] value) {
        begin(List.of(new WriteBatch.Operation(key, value)));
    }

    /// Begins a change of several keys that is atomic. Times to live begin now.
    public void begin(List<WriteBatch.Operation> operations) {
        List<Write> writes = new ArrayList<>();
        for (WriteBatch.Operation operation : operations) {
            keys.add(operation.key());
            writes.add(new Write(operation.key(), stored(operation)));
        }
        history.add(new Change(writes));
    }

    private @Nullable StoredValue stored(WriteBatch.Operation operation) {
        byte[] value = operation.value();
        Duration timeToLive = operation.timeToLive();
        if (value == null) {
            return null;
        } else if (timeToLive == null) {
            return new StoredValue(value);
        }
        expiring.add(operation.key());
        return new StoredValue(value, clock.millis() + timeToLive.toMillis());
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
        NavigableMap<byte[], StoredValue> state = copyOf(base);
        for (Change change : history) {
            if (change.acknowledged) {
                apply(state, change.writes);
            }
        }
        NavigableMap<byte[], byte[]> present = newState();
        for (byte[] key : state.navigableKeySet()) {
            byte[] value = StoredValue.bytes(present(state.get(key)));
            if (value != null) {
                present.put(key, value);
            }
        }
        return present;
    }

    private @Nullable StoredValue present(@Nullable StoredValue stored) {
        return StoredValue.at(stored, clock.millis());
    }

    /// Returns whether a running store may return this value for a key.
    public boolean allows(byte[] key, Optional<byte[]> observed) {
        byte[] found = observed.orElse(null);
        for (int i = history.size() - 1; i >= 0; i--) {
            Change change = history.get(i);
            Write write = writeOf(key, change);
            if (write != null && holds(write.stored, found)) {
                return true;
            }
            if (write != null && change.acknowledged) {
                return false;
            }
        }
        return holds(base.get(key), found);
    }

    private boolean holds(@Nullable StoredValue stored, byte @Nullable [] found) {
        return Arrays.equals(StoredValue.bytes(present(stored)), found);
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
            Write write = writeOf(key, change);
            boolean present = write != null && present(write.stored) != null;
            if (present || write != null && change.acknowledged) {
                return present;
            }
        }
        return present(base.get(key)) != null;
    }

    /// Returns every key that a change was begun for.
    public List<byte[]> keys() {
        return List.copyOf(keys);
    }

    /// Reads everything out of a store: all keys that the model knows.
    public NavigableMap<byte[], StoredValue> read(KvsEngine engine) {
        NavigableMap<byte[], StoredValue> state = newState();
        for (byte[] key : keys) {
            byte[] value = engine.get(key).orElse(null);
            if (value != null) {
                state.put(key, new StoredValue(value, expiryMillis(engine, key)));
            }
        }
        return state;
    }

    private static long expiryMillis(KvsEngine engine, byte[] key) {
        return engine instanceof ExpiringKvsEngine times
                ? times.expiry(key).map(Instant::toEpochMilli).orElse(StoredValue.NEVER)
                : StoredValue.NEVER;
    }

    /// Returns how many keys a store may hold at most that it does not show, because their values
    /// have expired.
    ///
    /// @param observed what it shows
    public long hiddenMax(NavigableMap<byte[], StoredValue> observed) {
        return expiring.stream().filter(key -> !observed.containsKey(key)).count();
    }

    /// Returns whether a store that was opened after a crash may hold this state.
    public boolean allows(Crash.Kind kind, NavigableMap<byte[], StoredValue> observed) {
        return !new Search(kind, observed).found.isEmpty();
    }

    /// Checks the state of a store that was opened after a crash, and goes on from it.
    ///
    /// Of several crashes since the last check the worst counts.
    ///
    /// @throws AssertionError the store may not hold this state; the message names the nearest
    ///   state that it may hold, and the differences
    public void recovered(Crash.Kind kind, NavigableMap<byte[], StoredValue> observed) {
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

    private void restartFrom(NavigableMap<byte[], StoredValue> observed) {
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
            apply(base, history.get(count).writes);
            count++;
        }
        history.subList(0, count).clear();
        durableCount -= count;
        forgottenCount += count;
    }

    private static @Nullable Write writeOf(byte[] key, Change change) {
        for (Write write : change.writes) {
            if (Arrays.equals(write.key, key)) {
                return write;
            }
        }
        return null;
    }

    private static void apply(NavigableMap<byte[], StoredValue> state, List<Write> writes) {
        for (Write write : writes) {
            put(state, write);
        }
    }

    private static void put(NavigableMap<byte[], StoredValue> state, Write write) {
        if (write.stored == null) {
            state.remove(write.key);
        } else {
            state.put(write.key, write.stored);
        }
    }

    private static NavigableMap<byte[], StoredValue> copyOf(
            NavigableMap<byte[], StoredValue> state) {
        NavigableMap<byte[], StoredValue> copy = newState();
        copy.putAll(state);
        return copy;
    }

    /// Walks the history from the base, and compares after every change; where a change is
    /// undecided it walks on without it as well.
    private final class Search {
        private final NavigableMap<byte[], StoredValue> observed;
        private final NavigableMap<byte[], StoredValue> state = copyOf(base);
        private final int changeCountMin;
        private final BitSet absent = new BitSet();
        private final List<Survivors> found = new ArrayList<>();

        /// How many keys differ between `state` and `observed`.
        private int differences;

        private int differencesMin = Integer.MAX_VALUE;
        private String nearest = "";

        Search(Crash.Kind kind, NavigableMap<byte[], StoredValue> observed) {
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
            List<Write> undo = new ArrayList<>();
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
                for (Write write : change.writes) {
                    undo.add(new Write(write.key, state.get(write.key)));
                    change(write);
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

        private void change(Write write) {
            differences -= differs(write.key) ? 1 : 0;
            put(state, write);
            differences += differs(write.key) ? 1 : 0;
        }

        private boolean differs(byte[] key) {
            return !Objects.equals(present(state.get(key)), observed.get(key));
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
                    text.append(" should have ").append(present(state.get(key)));
                    text.append(", has ").append(observed.get(key));
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
