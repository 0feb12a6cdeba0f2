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
final class SimulatedDirectory {
    private final TreeMap<String, Inode> live = new TreeMap<>();
    private final TreeMap<String, Inode> durable = new TreeMap<>();
    private final List<Change> pending = new ArrayList<>();

    /// A change that no sync has made durable yet.
    private sealed interface Change {
        long sequence();

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

    void sync() {
        syncFirst(pending.size());
    }

    /// Makes only the first `count` changes durable.
    void syncFirst(int count) {
        List<Change> synced = pending.subList(0, count);
        for (Change change : synced) {
            change.applyTo(durable);
        }
        synced.clear();
    }

    int pendingCount() {
        return pending.size();
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

    private void add(Change change) {
        change.applyTo(live);
        pending.add(change);
    }
}
