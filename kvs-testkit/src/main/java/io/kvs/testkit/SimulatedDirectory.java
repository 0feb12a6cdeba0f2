package io.kvs.testkit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The names of a disk: as everyone sees them, and as the device has them.
///
/// The names of another directory than the first begin with its name and a slash; each directory is
/// synced for itself.
final class SimulatedDirectory {
    private final TreeMap<String, Inode> live = new TreeMap<>();
    private final TreeMap<String, Inode> durable = new TreeMap<>();
    private final List<Change> pending = new ArrayList<>();

    /// A change that no sync has made durable yet.
    private sealed interface Change {
        long sequence();

        String name();

        void applyTo(Map<String, Inode> entries);
    }

    private record Created(long sequence, String name, Inode inode) implements Change {
        @Override
        public void applyTo(Map<String, Inode> entries) {
            entries.put(name, inode);
        }
    }

    private record Renamed(long sequence, String from, String to, Inode inode) implements Change {
        @Override
        public String name() {
            return from;
        }

        @Override
        public void applyTo(Map<String, Inode> entries) {
            if (entries.remove(from, inode)) {
                entries.put(to, inode);
            }
        }
    }

    private record Deleted(long sequence, String name, Inode inode) implements Change {
        @Override
        public void applyTo(Map<String, Inode> entries) {
            entries.remove(name, inode);
        }
    }

    @Nullable Inode find(String name) {
        return live.get(name);
    }

    Map<String, Inode> live() {
        return live;
    }

    Collection<Inode> liveInodes() {
        return live.values();
    }

    void create(long sequence, String name, Inode inode) {
        add(new Created(sequence, name, inode));
    }

    void rename(long sequence, String from, String to, Inode inode) {
        if (!from.equals(to)) {
            add(new Renamed(sequence, from, to, inode));
        }
    }

    void delete(long sequence, String name, Inode inode) {
        add(new Deleted(sequence, name, inode));
    }

    /// Adds an entry that is durable at once.
    void putDurable(String name, Inode inode) {
        live.put(name, inode);
        durable.put(name, inode);
    }

    /// Removes an entry, durably at once.
    void removeDurable(String name) {
        live.remove(name);
        durable.remove(name);
    }

    /// Returns the names in a directory, without that.
    List<String> names(String prefix) {
        List<String> names = new ArrayList<>();
        for (String name : live.keySet()) {
            if (isIn(prefix, name)) {
                names.add(name.substring(prefix.length()));
            }
        }
        return names;
    }

    void sync(String prefix) {
        syncFirst(prefix, pending.size());
    }

    /// Makes only the first `count` changes of a directory durable.
    void syncFirst(String prefix, int count) {
        List<Change> synced = new ArrayList<>();
        for (Change change : pending) {
            if (synced.size() < count && isIn(prefix, change.name())) {
                change.applyTo(durable);
                synced.add(change);
            }
        }
        pending.removeAll(synced);
    }

    int pendingCount(String prefix) {
        return (int) pending.stream().filter(change -> isIn(prefix, change.name())).count();
    }

    List<Long> pendingSequences() {
        List<Long> sequences = new ArrayList<>();
        for (Change change : pending) {
            sequences.add(change.sequence());
        }
        return sequences;
    }

    /// Returns the entries that a power cut leaves.
    NavigableMap<String, Inode> afterPowerCut(PowerCut cut) {
        NavigableMap<String, Inode> entries = new TreeMap<>(durable);
        int keptCount = cut.keptChanges(pending.size());
        int lost = cut.lostChange(pending.size());
        for (int i = 0; i < pending.size(); i++) {
            Change change = pending.get(i);
            boolean kept =
                    cut.anyDirectoryOrder()
                            ? lost >= 0 ? i != lost : cut.keeps()
                            : cut.inWriteOrder() ? cut.reached(change.sequence()) : i < keptCount;
            if (kept) {
                change.applyTo(entries);
            }
        }
        return entries;
    }

    /// Returns this directory with other files of the same state.
    SimulatedDirectory copy(IdentityHashMap<Inode, Inode> copies) {
        SimulatedDirectory copy = new SimulatedDirectory();
        live.forEach((name, inode) -> copy.live.put(name, copyOf(inode, copies)));
        durable.forEach((name, inode) -> copy.durable.put(name, copyOf(inode, copies)));
        for (Change change : pending) {
            copy.pending.add(
                    switch (change) {
                        case Created(long sequence, String name, Inode inode) ->
                                new Created(sequence, name, copyOf(inode, copies));
                        case Renamed(long sequence, String from, String to, Inode inode) ->
                                new Renamed(sequence, from, to, copyOf(inode, copies));
                        case Deleted(long sequence, String name, Inode inode) ->
                                new Deleted(sequence, name, copyOf(inode, copies));
                    });
        }
        return copy;
    }

    private static Inode copyOf(Inode inode, IdentityHashMap<Inode, Inode> copies) {
        return copies.computeIfAbsent(inode, Inode::copy);
    }

    /// Returns whether a name is in the directory whose names begin with `prefix`.
    private static boolean isIn(String prefix, String name) {
        return name.startsWith(prefix) && name.indexOf('/', prefix.length()) < 0;
    }

    private void add(Change change) {
        change.applyTo(live);
        pending.add(change);
    }
}
