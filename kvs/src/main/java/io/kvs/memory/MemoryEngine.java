package io.kvs.memory;

import io.kvs.ConflictException;
import io.kvs.Cursor;
import io.kvs.ExpiringKvsEngine;
import io.kvs.InvalidKeyException;
import io.kvs.KeyNotFoundException;
import io.kvs.OrderedKvsEngine;
import io.kvs.Scan;
import io.kvs.Snapshot;
import io.kvs.StoreClosedException;
import io.kvs.TimeToLive;
import io.kvs.Transaction;
import io.kvs.WriteBatch;
import io.kvs.transaction.KeyInterval;
import io.kvs.transaction.KeyRead;
import io.kvs.transaction.OptimisticTransaction;
import io.kvs.transaction.ReadSet;
import io.kvs.transaction.Versioned;
import io.kvs.transaction.VersionedSnapshot;
import io.kvs.tree.Walk;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An engine that keeps everything on the heap, for tests and for data that may be lost.
///
/// Nothing is durable: what it held is gone with the process, and when it is closed; {@link
/// #sync()} has nothing to do, and {@link #compact()} drops what has expired. Values are limited by
/// the heap alone. Reads, snapshots and cursors take no lock and never wait; writes wait for each
/// other. Reads and writes are O(log n) in the number of keys, snapshots O(1).
public final class MemoryEngine implements OrderedKvsEngine, ExpiringKvsEngine {
    private final Object writing = new Object();
    private final InstantSource clock;

    /// Null once closed. Written under `writing`.
    private volatile @Nullable State state = State.EMPTY;

    /// Makes one that is empty, with the clock of the system.
    public MemoryEngine() {
        this(InstantSource.system());
    }

    /// Makes one that is empty.
    ///
    /// @param clock tells what has expired
    public MemoryEngine(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void set(byte[] key, byte[] value) {
        set(key, value, Versioned.NEVER);
    }

    @Override
    public void set(byte[] key, byte[] value, Duration timeToLive) {
        TimeToLive.check(timeToLive);
        set(key, value, TimeToLive.expiryMillis(timeToLive, clock.millis()));
    }

    private void set(byte[] key, byte[] value, long expiryMillis) {
        InvalidKeyException.check(key);
        byte[] ownKey = key.clone();
        byte[] ownValue = value.clone();
        synchronized (writing) {
            state = state().with(ownKey, ownValue, expiryMillis);
        }
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        Versioned found = state().find(key, clock.millis());
        return found == null ? Optional.empty() : Optional.of(found.value().clone());
    }

    @Override
    public Optional<Instant> expiry(byte[] key) {
        Versioned found = state().find(key, clock.millis());
        return found == null || found.expiryMillis() == Versioned.NEVER
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli(found.expiryMillis()));
    }

    @Override
    public boolean expire(byte[] key, Duration timeToLive) {
        TimeToLive.check(timeToLive);
        return changeExpiry(key, TimeToLive.expiryMillis(timeToLive, clock.millis()));
    }

    @Override
    public boolean persist(byte[] key) {
        return changeExpiry(key, Versioned.NEVER);
    }

    private boolean changeExpiry(byte[] key, long expiryMillis) {
        byte[] ownKey = key.clone();
        synchronized (writing) {
            State now = state();
            Versioned present = now.find(key, clock.millis());
            boolean never = expiryMillis == Versioned.NEVER;
            if (present == null || never && present.expiryMillis() == Versioned.NEVER) {
                return false;
            }
            state = now.with(ownKey, present.value(), expiryMillis);
            return true;
        }
    }

    @Override
    public void remove(byte[] key) {
        InvalidKeyException.check(key);
        synchronized (writing) {
            State now = state();
            Versioned present = now.tree().get(key);
            if (present == null) {
                throw new KeyNotFoundException();
            }
            state = now.without(key);
            if (present.isExpired(clock.millis())) {
                throw new KeyNotFoundException();
            }
        }
    }

    @Override
    public boolean compareAndSet(byte[] key, byte @Nullable [] expected, byte @Nullable [] value) {
        return exchange(key, expected, value, Versioned.NEVER);
    }

    @Override
    public boolean compareAndSet(
            byte[] key, byte @Nullable [] expected, byte[] value, Duration timeToLive) {
        TimeToLive.check(timeToLive);
        long expiryMillis = TimeToLive.expiryMillis(timeToLive, clock.millis());
        return exchange(key, expected, value, expiryMillis);
    }

    private boolean exchange(
            byte[] key, byte @Nullable [] expected, byte @Nullable [] value, long expiryMillis) {
        InvalidKeyException.check(key);
        byte[] ownKey = key.clone();
        byte[] ownValue = value == null ? null : value.clone();
        synchronized (writing) {
            State now = state();
            Versioned present = now.find(key, clock.millis());
            if (!Arrays.equals(present == null ? null : present.value(), expected)) {
                return false;
            }
            if (ownValue != null) {
                state = now.with(ownKey, ownValue, expiryMillis);
            } else if (present != null) {
                state = now.without(key);
            }
            return true;
        }
    }

    @Override
    public void write(WriteBatch batch) {
        synchronized (writing) {
            state = state().with(batch, clock.millis());
        }
    }

    @Override
    public Cursor scan(Scan scan) {
        return new MemoryCursor(state().tree().walk(scan), scan, clock.millis(), this::state);
    }

    @Override
    public Snapshot snapshot() {
        return takeSnapshot();
    }

    private MemorySnapshot takeSnapshot() {
        return new MemorySnapshot(this, state(), clock.millis());
    }

    @Override
    public Transaction begin() {
        return new OptimisticTransaction(takeSnapshot(), this::commit);
    }

    private void commit(VersionedSnapshot snapshot, ReadSet reads, WriteBatch writes) {
        MemorySnapshot then = (MemorySnapshot) snapshot;
        synchronized (writing) {
            State now = state();
            long nowMillis = clock.millis();
            boolean written = now.sequence() != then.state().sequence();
            if (reads.expiryMillis() <= nowMillis || written && !isUnchanged(reads, then, now)) {
                throw new ConflictException();
            }
            state = now.with(writes, nowMillis);
        }
    }

    private static boolean isUnchanged(ReadSet reads, MemorySnapshot then, State now) {
        for (KeyRead read : reads.keys()) {
            Versioned present = now.find(read.key(), then.takenMillis());
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
    private static boolean isUnchanged(KeyInterval interval, MemorySnapshot then, State now) {
        Scan from = Scan.all().from(interval.from());
        Scan range = interval.to() == null ? from : from.to(interval.to());
        long takenMillis = then.takenMillis();
        Walk<Versioned> old = then.state().tree().walk(range);
        Walk<Versioned> present = now.tree().walk(range);
        while (State.nextLive(old, takenMillis)) {
            if (!State.nextLive(present, takenMillis)
                    || old.value().version() != present.value().version()) {
                return false;
            }
        }
        return !State.nextLive(present, takenMillis);
    }

    @Override
    public void sync() {
        state();
    }

    @Override
    public void compact() {
        synchronized (writing) {
            state = state().withoutExpired(clock.millis());
        }
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
