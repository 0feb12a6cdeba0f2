package io.kvs.server.redis;

import io.kvs.Cursor;
import io.kvs.ExpiringKvsEngine;
import io.kvs.KeyNotFoundException;
import io.kvs.KvsEngine;
import io.kvs.OrderedKvsEngine;
import io.kvs.Scan;
import io.kvs.TimeToLive;
import io.kvs.WriteBatch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The engine itself, as the commands of one connection see it.
///
/// Who writes holds the locks of the keys ({@link KeyLocks}).
final class EngineKeyspace implements Keyspace {
    /// How often a time of expiry is written again that the engine, which counts from its own
    /// present, has put a millisecond too late.
    private static final int EXPIRY_ATTEMPTS_MAX = 4;

    private final KvsEngine engine;
    private final @Nullable ExpiringKvsEngine expiring;
    private final InstantSource clock;
    private final Runnable beforeWrite;
    private final KeyObserver observer;

    /// Makes one.
    ///
    /// @param beforeWrite called before each write
    /// @param observer told of each write
    EngineKeyspace(
            KvsEngine engine, InstantSource clock, Runnable beforeWrite, KeyObserver observer) {
        this.engine = engine;
        this.expiring = engine instanceof ExpiringKvsEngine able ? able : null;
        this.clock = clock;
        this.beforeWrite = beforeWrite;
        this.observer = observer;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return engine.get(key).orElse(null);
    }

    @Override
    public void set(byte[] key, byte[] value) {
        beforeWrite.run();
        engine.set(key, value);
        observer.written(key, NEVER);
    }

    @Override
    public void set(byte[] key, byte[] value, long expiryMillis) throws CommandException {
        if (expiryMillis == NEVER) {
            set(key, value);
            return;
        }
        ExpiringKvsEngine able = requireExpiring();
        long now = clock.millis();
        if (expiryMillis <= now) {
            delete(key);
            return;
        }
        Duration timeToLive = timeToLive(expiryMillis, now);
        beforeWrite.run();
        able.set(key, value, timeToLive);
        correctExpiry(able, key, expiryMillis, now);
        observer.written(key, expiryMillis);
    }

    private static Duration timeToLive(long expiryMillis, long nowMillis) throws CommandException {
        Duration timeToLive = Duration.ofMillis(expiryMillis).minusMillis(nowMillis);
        if (timeToLive.compareTo(TimeToLive.MAX) > 0) {
            throw new CommandException("ERR the time to live exceeds 100 years");
        }
        return timeToLive;
    }

    /// Makes sure that a value expires when it was said to: the engine was told how long it lives,
    /// reckoned at `reckonedMillis`, and has looked at the clock itself later.
    private void correctExpiry(
            ExpiringKvsEngine able, byte[] key, long expiryMillis, long reckonedMillis)
            throws CommandException {
        long reckoned = reckonedMillis;
        for (int i = 1; i < EXPIRY_ATTEMPTS_MAX && clock.millis() != reckoned; i++) {
            Instant expiry = able.expiry(key).orElse(null);
            reckoned = clock.millis();
            if (expiry == null || expiry.toEpochMilli() == expiryMillis) {
                return;
            }
            if (expiryMillis <= reckoned) {
                delete(key);
                return;
            }
            able.expire(key, timeToLive(expiryMillis, reckoned));
        }
    }

    @Override
    public boolean delete(byte[] key) {
        if (engine.get(key).isEmpty()) {
            return false;
        }
        beforeWrite.run();
        try {
            engine.remove(key);
            observer.written(key, ABSENT);
            return true;
        } catch (KeyNotFoundException _) {
            return false; // It has expired.
        }
    }

    @Override
    public long expiryMillis(byte[] key) {
        if (expiring != null) {
            Instant expiry = expiring.expiry(key).orElse(null);
            if (expiry != null) {
                return expiry.toEpochMilli();
            }
        }
        return engine.get(key).isPresent() ? NEVER : ABSENT;
    }

    @Override
    public boolean expire(byte[] key, long expiryMillis) throws CommandException {
        ExpiringKvsEngine able = requireExpiring();
        long now = clock.millis();
        if (expiryMillis <= now) {
            return delete(key);
        }
        Duration timeToLive = timeToLive(expiryMillis, now);
        beforeWrite.run();
        if (!able.expire(key, timeToLive)) {
            return false;
        }
        correctExpiry(able, key, expiryMillis, now);
        observer.written(key, expiryMillis);
        return true;
    }

    @Override
    public boolean persist(byte[] key) {
        if (expiring == null) {
            return false;
        }
        beforeWrite.run();
        boolean isPersisted = expiring.persist(key);
        if (isPersisted) {
            observer.written(key, NEVER);
        }
        return isPersisted;
    }

    @Override
    public void write(List<Change> changes) throws CommandException {
        WriteBatch batch = new WriteBatch();
        long now = clock.millis();
        boolean expires = false;
        for (Change change : changes) {
            byte[] value = change.value();
            Duration timeToLive = null;
            if (value != null && change.expiryMillis() != NEVER) {
                requireExpiring();
                expires = true;
                if (change.expiryMillis() <= now) {
                    value = null;
                } else {
                    timeToLive = timeToLive(change.expiryMillis(), now);
                }
            }
            batch.add(new WriteBatch.Operation(change.key(), value, timeToLive));
        }
        beforeWrite.run();
        engine.write(batch);
        if (expires) {
            for (Change change : changes) {
                if (change.value() != null && change.expiryMillis() > now) {
                    correctExpiry(requireExpiring(), change.key(), change.expiryMillis(), now);
                }
            }
        }
        for (Change change : changes) {
            observer.written(change.key(), change.value() == null ? ABSENT : change.expiryMillis());
        }
    }

    @Override
    public KeyIterator keys(byte[] from) throws CommandException {
        if (!(engine instanceof OrderedKvsEngine ordered)) {
            throw new CommandException("ERR this engine cannot list its keys");
        }
        Scan scan = from.length == 0 ? Scan.all() : Scan.all().from(from);
        Cursor cursor = ordered.scan(scan.keysOnly());
        return new KeyIterator() {
            @Override
            public byte @Nullable [] next() {
                return cursor.next() ? cursor.key() : null;
            }

            @Override
            public void close() {
                cursor.close();
            }
        };
    }

    @Override
    public long size() {
        return engine.size();
    }

    /// Checks that a value can expire at a time.
    ///
    /// @throws CommandException the engine has no time to live, or not one that long
    void checkExpiry(long expiryMillis) throws CommandException {
        if (expiryMillis != NEVER) {
            requireExpiring();
            timeToLive(expiryMillis, clock.millis());
        }
    }

    private ExpiringKvsEngine requireExpiring() throws CommandException {
        if (expiring == null) {
            throw new CommandException("ERR this engine has no time to live");
        }
        return expiring;
    }
}
