package io.kvs.server.redis;

import io.kvs.ExpiringKvsEngine;
import io.kvs.KeyNotFoundException;
import io.kvs.KvsEngine;
import io.kvs.WriteBatch;
import io.kvs.server.net.Link;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// The engine itself, as the commands of one connection see it.
final class EngineKeyspace implements Keyspace {
    private final KvsEngine engine;
    private final @Nullable ExpiringKvsEngine expiring;
    private final InstantSource clock;
    private final Link link;

    EngineKeyspace(KvsEngine engine, InstantSource clock, Link link) {
        this.engine = engine;
        this.expiring = engine instanceof ExpiringKvsEngine able ? able : null;
        this.clock = clock;
        this.link = link;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return engine.get(key).orElse(null);
    }

    @Override
    public void set(byte[] key, byte[] value) {
        link.beforeWrite();
        engine.set(key, value);
    }

    @Override
    public void set(byte[] key, byte[] value, long expiryMillis) throws CommandException {
        ExpiringKvsEngine able = requireExpiring();
        long timeToLiveMillis = expiryMillis - clock.millis();
        if (timeToLiveMillis <= 0) {
            delete(key);
            return;
        }
        link.beforeWrite();
        able.set(key, value, Duration.ofMillis(timeToLiveMillis));
    }

    @Override
    public boolean delete(byte[] key) {
        if (engine.get(key).isEmpty()) {
            return false;
        }
        link.beforeWrite();
        try {
            engine.remove(key);
            return true;
        } catch (KeyNotFoundException _) {
            return false; // Another client was faster, or it has expired.
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
        long timeToLiveMillis = expiryMillis - clock.millis();
        if (timeToLiveMillis <= 0) {
            return delete(key);
        }
        link.beforeWrite();
        return able.expire(key, Duration.ofMillis(timeToLiveMillis));
    }

    @Override
    public boolean persist(byte[] key) {
        if (expiring == null) {
            return false;
        }
        link.beforeWrite();
        return expiring.persist(key);
    }

    @Override
    public void write(WriteBatch batch) {
        link.beforeWrite();
        engine.write(batch);
    }

    @Override
    public long size() {
        return engine.size();
    }

    private ExpiringKvsEngine requireExpiring() throws CommandException {
        if (expiring == null) {
            throw new CommandException("ERR this engine has no time to live");
        }
        return expiring;
    }
}
