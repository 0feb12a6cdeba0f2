package io.kvs.server.redis;

import java.util.concurrent.atomic.LongAdder;

/// What is counted for `INFO stats` until `CONFIG RESETSTAT`. Safe for use by several threads.
final class Statistics {
    private final LongAdder connections = new LongAdder();
    private final LongAdder commands = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder expired = new LongAdder();
    private long measuredMillis;
    private long measuredCommands;
    private long perSecond;

    /// Counts a connection.
    void connected() {
        connections.increment();
    }

    /// Counts commands that were executed.
    void executed(long count) {
        commands.add(count);
    }

    /// Counts a reply that is an error.
    void failed() {
        errors.increment();
    }

    /// Counts a key that was found.
    void hit() {
        hits.increment();
    }

    /// Counts a key that was not found.
    void missed() {
        misses.increment();
    }

    /// Counts a key that has expired.
    void expired() {
        expired.increment();
    }

    long connections() {
        return connections.sum();
    }

    /// Returns how many commands there were in a second, between the last two calls that were at
    /// least a second apart.
    synchronized long commandsPerSecond(long nowMillis) {
        long count = commands.sum();
        long millis = nowMillis - measuredMillis;
        if (millis >= 1_000) {
            perSecond = Math.max(0, count - measuredCommands) * 1_000 / millis;
            measuredMillis = nowMillis;
            measuredCommands = count;
        }
        return perSecond;
    }

    long commands() {
        return commands.sum();
    }

    long errors() {
        return errors.sum();
    }

    long hits() {
        return hits.sum();
    }

    long misses() {
        return misses.sum();
    }

    long expiredKeys() {
        return expired.sum();
    }

    /// Begins anew.
    void reset() {
        for (LongAdder counter :
                new LongAdder[] {connections, commands, errors, hits, misses, expired}) {
            counter.reset();
        }
    }
}
