package io.kvs.server.redis;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The data as a transaction sees it: its own changes in front of the data. The changes become
/// visible, and survive a crash, all at once or not at all when it is committed.
///
/// For one thread at a time, which holds the locks of all keys that are used.
final class TransactionKeyspace implements Keyspace {
    private final EngineKeyspace data;
    private final InstantSource clock;
    private final TreeMap<byte[], Change> changes = new TreeMap<>(Arrays::compareUnsigned);
    private final List<Runnable> onCommit = new ArrayList<>();

    TransactionKeyspace(EngineKeyspace data, InstantSource clock) {
        this.data = data;
        this.clock = clock;
    }

    /// Has something done when the transaction is committed.
    void onCommit(Runnable action) {
        onCommit.add(action);
    }

    /// Makes all changes, and does what is to be done then.
    void commit() throws CommandException {
        if (!changes.isEmpty()) {
            data.write(new ArrayList<>(changes.values()));
        }
        onCommit.forEach(Runnable::run);
    }

    /// Returns whether a change leaves a value behind that has not expired.
    private boolean isPresent(Change change) {
        return change.value() != null
                && (change.expiryMillis() == NEVER || change.expiryMillis() > clock.millis());
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        Change change = changes.get(key);
        if (change == null) {
            return data.get(key);
        }
        byte[] value = change.value();
        return value != null && isPresent(change) ? value.clone() : null;
    }

    @Override
    public void set(byte[] key, byte[] value) {
        put(new Change(key.clone(), value.clone(), NEVER));
    }

    @Override
    public void set(byte[] key, byte[] value, long expiryMillis) throws CommandException {
        data.checkExpiry(expiryMillis);
        put(new Change(key.clone(), value.clone(), expiryMillis));
    }

    private void put(Change change) {
        changes.put(change.key(), change);
    }

    @Override
    public boolean delete(byte[] key) {
        boolean isPresent = get(key) != null;
        if (isPresent) {
            put(Change.removal(key.clone()));
        }
        return isPresent;
    }

    @Override
    public long expiryMillis(byte[] key) {
        Change change = changes.get(key);
        if (change == null) {
            return data.expiryMillis(key);
        }
        return isPresent(change) ? change.expiryMillis() : ABSENT;
    }

    @Override
    public boolean expire(byte[] key, long expiryMillis) throws CommandException {
        data.checkExpiry(expiryMillis);
        byte[] value = get(key);
        if (value != null) {
            put(new Change(key.clone(), value, expiryMillis));
        }
        return value != null;
    }

    @Override
    public boolean persist(byte[] key) {
        byte[] value = expiryMillis(key) >= 0 ? get(key) : null;
        if (value != null) {
            put(new Change(key.clone(), value, NEVER));
        }
        return value != null;
    }

    @Override
    public void write(List<Change> list) throws CommandException {
        for (Change change : list) {
            data.checkExpiry(change.expiryMillis());
        }
        list.forEach(this::put);
    }

    @Override
    public KeyIterator keys(byte[] from) throws CommandException {
        return new MergedKeys(data.keys(from), List.copyOf(changes.tailMap(from, true).values()));
    }

    @Override
    public long size() {
        long size = data.size();
        for (Map.Entry<byte[], Change> entry : changes.entrySet()) {
            size += isPresent(entry.getValue()) ? 1 : 0;
            size -= data.get(entry.getKey()) == null ? 0 : 1;
        }
        return size;
    }

    /// The keys of the data and of the changes, in order.
    private final class MergedKeys implements KeyIterator {
        private final KeyIterator stored;
        private final List<Change> changed;
        private int index;
        private byte @Nullable [] nextStored;

        MergedKeys(KeyIterator stored, List<Change> changed) {
            this.stored = stored;
            this.changed = changed;
            this.nextStored = stored.next();
        }

        @Override
        public byte @Nullable [] next() {
            while (index < changed.size()) {
                Change change = changed.get(index);
                byte[] key = nextStored;
                int order = key == null ? 1 : Arrays.compareUnsigned(key, change.key());
                if (order < 0) {
                    break;
                }
                index++;
                if (order == 0) {
                    nextStored = stored.next();
                }
                if (isPresent(change)) {
                    return change.key().clone();
                }
            }
            byte[] key = nextStored;
            nextStored = key == null ? null : stored.next();
            return key;
        }

        @Override
        public void close() {
            stored.close();
        }
    }
}
