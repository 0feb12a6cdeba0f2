package io.kvs.server.redis;

import io.kvs.Cursor;
import io.kvs.ExpiringKvsEngine;
import io.kvs.KeyNotFoundException;
import io.kvs.KvsEngine;
import io.kvs.OrderedKvsEngine;
import io.kvs.Scan;
import java.time.Instant;
import java.util.Arrays;

/// Drops values soon after they have expired, tells of it, and so keeps the number of keys right:
/// for who reads a key, the engine alone decides whether it has expired.
///
/// It knows what expires from the writes it is told of. What was written before the server began is
/// found by a walk over all keys, some at a time; an engine that cannot list its keys has none.
final class ActiveExpiry implements Runnable {
    private static final long TICK_MILLIS = 50;

    /// How many keys the walk looks at in a tick.
    private static final int WALKED_AT_ONCE = 500;

    /// How many values are dropped before the walk goes on.
    private static final int DROPPED_AT_ONCE = 10_000;

    private final RedisServer server;
    private final KvsEngine engine;
    private final Expiries expiries;
    private volatile boolean isOn = true;
    private volatile boolean isClosed;
    private byte[] position = {};
    private boolean isWalking;

    ActiveExpiry(RedisServer server, Expiries expiries) {
        this.server = server;
        this.engine = server.engine();
        this.expiries = expiries;
        this.isWalking = engine instanceof OrderedKvsEngine && engine instanceof ExpiringKvsEngine;
    }

    /// Says whether values are dropped.
    void turn(boolean on) {
        isOn = on;
    }

    /// Ends the thread soon.
    void close() {
        isClosed = true;
    }

    @Override
    public void run() {
        try {
            while (!isClosed) {
                Thread.sleep(TICK_MILLIS);
                tick();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            if (!isClosed) {
                server.log().failure("expired values are no longer dropped", e);
            }
        }
    }

    /// Drops what has expired, and looks at some more keys.
    void tick() {
        if (isOn) {
            dropExpired();
        }
        if (isWalking) {
            walk();
        } else if (expiries.hasRoomAgain()) {
            expiries.completing();
            position = new byte[0];
            isWalking = true;
        }
    }

    private void dropExpired() {
        Expiries.Due due;
        for (int i = 0; i < DROPPED_AT_ONCE && !isClosed; i++) {
            due = expiries.due(server.clock().millis());
            if (due == null) {
                return;
            }
            drop(due);
        }
    }

    private void drop(Expiries.Due due) {
        byte[] key = due.key().bytes();
        Stripes stripes = new Stripes(server.locks());
        stripes.add(key);
        stripes.lockExclusively();
        try {
            if (!expiries.isNoted(due)) {
                return;
            }
            expiries.forget(key);
            if (engine.get(key).isPresent()) {
                return; // The engine's clock is behind, or the value is one that was not told of.
            }
            remove(key);
            server.expired(key);
        } finally {
            stripes.unlock();
        }
    }

    private void remove(byte[] key) {
        try {
            engine.remove(key);
        } catch (KeyNotFoundException _) {
            // For readers it was gone already; now its space is too.
        }
    }

    /// Notes which of the next keys expire.
    private void walk() {
        if (!(engine instanceof OrderedKvsEngine ordered)) {
            return;
        }
        try (Cursor cursor = ordered.scan(Scan.all().from(position).limit(WALKED_AT_ONCE))) {
            int count = 0;
            while (cursor.next()) {
                count++;
                byte[] key = cursor.key();
                Instant expiry = cursor.expiry().orElse(null);
                if (expiry != null) {
                    note(key);
                }
                position = Arrays.copyOf(key, key.length + 1);
            }
            isWalking = count == WALKED_AT_ONCE;
        }
    }

    /// Notes when the value of a key expires that may have changed since it was looked at.
    private void note(byte[] key) {
        Stripes stripes = new Stripes(server.locks());
        stripes.add(key);
        stripes.lockExclusively();
        try {
            if (engine instanceof ExpiringKvsEngine expiring) {
                expiring.expiry(key).ifPresent(expiry -> expiries.note(key, expiry.toEpochMilli()));
            }
        } finally {
            stripes.unlock();
        }
    }
}
