package io.kvs.cli.oneshot;

import io.kvs.Durability;
import io.kvs.ExpiringKvsEngine;
import io.kvs.KvsEngine;
import io.kvs.WriteBatch;
import io.kvs.engine.LogStore;
import io.kvs.io.Background;
import io.kvs.io.Disk;
import io.kvs.oneshot.NotSimpleException;
import io.kvs.oneshot.OneShot;
import io.kvs.testkit.CrashRun;
import io.kvs.testkit.Operation;
import io.kvs.testkit.SimulatedDisk;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// An engine that opens and closes the store as it likes, and uses single operations in between.
final class OneShotEngine implements ExpiringKvsEngine {
    private final WordDisk disk;
    private final Background background;
    private final SplittableRandom random;
    private final InstantSource clock;
    private @Nullable LogStore whole;

    private OneShotEngine(
            WordDisk disk, Background background, SplittableRandom random, InstantSource clock) {
        this.clock = clock;
        this.disk = disk;
        this.background = background;
        this.random = random;
        whole();
    }

    @Override
    public void set(byte[] key, byte[] value) {
        set(key, value, Durability.PROCESS);
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        if (isSingle()) {
            try {
                return Optional.ofNullable(new OneShot(disk, clock).get(key));
            } catch (NotSimpleException e) {
                return whole().get(key);
            }
        }
        return whole().get(key);
    }

    @Override
    public void remove(byte[] key) {
        remove(key, Durability.PROCESS);
    }

    @Override
    public boolean compareAndSet(byte[] key, byte @Nullable [] expected, byte @Nullable [] value) {
        return whole().compareAndSet(key, expected, value);
    }

    @Override
    public void set(byte[] key, byte[] value, Duration timeToLive) {
        whole().set(key, value, timeToLive);
    }

    @Override
    public boolean compareAndSet(
            byte[] key, byte @Nullable [] expected, byte[] value, Duration timeToLive) {
        return whole().compareAndSet(key, expected, value, timeToLive);
    }

    @Override
    public Optional<Instant> expiry(byte[] key) {
        return whole().expiry(key);
    }

    @Override
    public boolean expire(byte[] key, Duration timeToLive) {
        return whole().expire(key, timeToLive);
    }

    @Override
    public boolean persist(byte[] key) {
        return whole().persist(key);
    }

    @Override
    public void write(WriteBatch batch) {
        whole().write(batch);
    }

    @Override
    public void sync() {
        whole().sync();
        whole().close();
        whole = null;
    }

    @Override
    public void compact() {
        whole().compact();
    }

    @Override
    public long size() {
        return whole().size();
    }

    @Override
    public void close() {
        whole().close();
        whole = null;
    }

    private void set(byte[] key, byte[] value, Durability durability) {
        if (isSingle()) {
            try {
                new OneShot(disk, clock).set(key, value, durability == Durability.SYNC);
                return;
            } catch (NotSimpleException e) {
                // Nothing was written: go on with the whole store.
            }
        }
        whole().set(key, value, durability);
    }

    private void remove(byte[] key, Durability durability) {
        if (isSingle()) {
            try {
                new OneShot(disk, clock).remove(key, durability == Durability.SYNC);
                return;
            } catch (NotSimpleException e) {
                // Nothing was written: go on with the whole store.
            }
        }
        whole().remove(key, durability);
    }

    /// Decides how to do the next operation; closes the store for a single one.
    private boolean isSingle() {
        LogStore store = whole;
        if (store != null && random.nextInt(4) == 0) {
            whole = null;
            store.close();
        }
        return whole == null && random.nextInt(8) > 0;
    }

    private LogStore whole() {
        LogStore store = whole;
        if (store == null) {
            store = Stores.open(disk, background, clock);
            whole = store;
        }
        return store;
    }

    /// Opens such engines for a {@link CrashRun}.
    static final class Subject implements CrashRun.Subject {
        private final SplittableRandom random;
        private @Nullable WordDisk last;

        Subject(long seed) {
            this.random = new SplittableRandom(seed);
        }

        @Override
        public KvsEngine open(Disk disk, Background background, InstantSource clock) {
            SimulatedDisk simulated = (SimulatedDisk) disk;
            if (last != null) {
                last.mend(simulated);
            }
            last = new WordDisk(simulated);
            return new OneShotEngine(last, background, random.split(), clock);
        }

        @Override
        public boolean isExpiring() {
            return true;
        }

        @Override
        public void set(KvsEngine engine, Operation.Set set) {
            OneShotEngine store = (OneShotEngine) engine;
            if (set.timeToLive() == null) {
                store.set(set.key(), set.value(), set.durability());
            } else {
                store.whole().set(set.key(), set.value(), set.timeToLive(), set.durability());
            }
        }

        @Override
        public void remove(KvsEngine engine, byte[] key, Durability durability) {
            ((OneShotEngine) engine).remove(key, durability);
        }

        @Override
        public void write(KvsEngine engine, WriteBatch batch, Durability durability) {
            ((OneShotEngine) engine).whole().write(batch, durability);
        }

        @Override
        public boolean compareAndSet(
                KvsEngine engine,
                byte[] key,
                byte @Nullable [] expected,
                byte @Nullable [] value,
                Durability durability) {
            return ((OneShotEngine) engine).whole().compareAndSet(key, expected, value, durability);
        }
    }
}
