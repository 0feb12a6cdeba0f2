package io.kvs.memory;

import io.kvs.ConflictException;
import io.kvs.Cursor;
import io.kvs.InvalidKeyException;
import io.kvs.KeyNotFoundException;
import io.kvs.OrderedKvsEngine;
import io.kvs.Scan;
import io.kvs.Snapshot;
import io.kvs.StoreClosedException;
import io.kvs.Transaction;
import io.kvs.WriteBatch;
import io.kvs.transaction.KeyInterval;
import io.kvs.transaction.KeyRead;
import io.kvs.transaction.OptimisticTransaction;
import io.kvs.transaction.ReadSet;
import io.kvs.transaction.Versioned;
import io.kvs.transaction.VersionedSnapshot;
import io.kvs.tree.Walk;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An engine that keeps everything on the heap, for tests and for data that may be lost.
///
/// Nothing is durable: what it held is gone with the process, and when it is closed; {@link
/// #sync()} and {@link #compact()} have nothing to do. Values are limited by the heap alone. Reads,
/// snapshots and cursors take no lock and never wait; writes wait for each other. Reads and writes
/// are O(log n) in the number of keys, snapshots O(1).
public final class MemoryEngine implements OrderedKvsEngine {
    private final Object writing = new Object();

    /// Null once closed. Written under `writing`.
    private volatile @Nullable State state = State.EMPTY;

    /// Makes one that is empty.
    public MemoryEngine() {}

    @Override
    public void set(byte[] key, byte[] value) {
        InvalidKeyException.check(key);
        byte[] ownKey = key.clone();
        byte[] ownValue = value.clone();
        synchronized (writing) {
            state = state().with(ownKey, ownValue);
        }
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        Versioned found = state().find(key);
        return found == null ? Optional.empty() : Optional.of(found.value());
    }

    @Override
    public void remove(byte[] key) {
        InvalidKeyException.check(key);
        synchronized (writing) {
            State now = state();
            if (now.tree().get(key) == null) {
                throw new KeyNotFoundException();
            }
            state = now.without(key);
        }
    }

    @Override
    public boolean compareAndSet(byte[] key, byte @Nullable [] expected, byte @Nullable [] value) {
        InvalidKeyException.check(key);
        byte[] ownKey = key.clone();
        byte[] ownValue = value == null ? null : value.clone();
        synchronized (writing) {
            State now = state();
            Versioned present = now.tree().get(key);
            if (!Arrays.equals(present == null ? null : present.value(), expected)) {
                return false;
            }
            state = ownValue == null ? now.without(key) : now.with(ownKey, ownValue);
            return true;
        }
    }

    @Override
    public void write(WriteBatch batch) {
        synchronized (writing) {
            state = state().with(batch);
        }
    }

    @Override
    public Cursor scan(Scan scan) {
        return new MemoryCursor(state().tree().walk(scan), scan, this::state);
    }

    @Override
    public Snapshot snapshot() {
        return new MemorySnapshot(this, state());
    }

    @Override
    public Transaction begin() {
        return new OptimisticTransaction(new MemorySnapshot(this, state()), this::commit);
    }

    private void commit(VersionedSnapshot snapshot, ReadSet reads, WriteBatch writes) {
        State then = ((MemorySnapshot) snapshot).state();
        synchronized (writing) {
            State now = state();
            if (now.sequence() != then.sequence() && !isUnchanged(reads, then, now)) {
                throw new ConflictException();
            }
            state = now.with(writes);
        }
    }

    private static boolean isUnchanged(ReadSet reads, State then, State now) {
        for (KeyRead read : reads.keys()) {
            Versioned present = now.tree().get(read.key());
            if (read.version() != (present == null ? KeyRead.ABSENT : present.version())) {
                return false;
            }
        }
        for (KeyInterval interval : reads.intervals()) {
            if (!isUnchanged(interval, then, now)) {
                return false;
            }
        }
        return true;
    }

    /// Compares versions alone: no two writes have the same one, whatever their keys.
    private static boolean isUnchanged(KeyInterval interval, State then, State now) {
        Scan from = Scan.all().from(interval.from());
        Scan range = interval.to() == null ? from : from.to(interval.to());
        Walk<Versioned> old = then.tree().walk(range);
        Walk<Versioned> present = now.tree().walk(range);
        while (old.next()) {
            if (!present.next() || old.value().version() != present.value().version()) {
                return false;
            }
        }
        return !present.next();
    }

    @Override
    public void sync() {
        state();
    }

    @Override
    public void compact() {
        state();
    }

    @Override
    public long size() {
        return state().tree().size();
    }

    @Override
    public void close() {
        synchronized (writing) {
            state = null;
        }
    }

    /// Returns what is there.
    ///
    /// @throws StoreClosedException the engine has been closed
    State state() {
        State now = state;
        if (now == null) {
            throw new StoreClosedException();
        }
        return now;
    }
}
