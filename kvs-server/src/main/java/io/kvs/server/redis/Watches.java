package io.kvs.server.redis;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Which clients watch which keys. Safe for use by several threads; who watches a key or touches it
/// holds its lock.
final class Watches {
    private final Map<ByteString, Set<Session>> watchers = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    /// Watches a key for a client.
    void add(ByteString key, Session session) {
        count.incrementAndGet();
        watchers.compute(
                key,
                (_, sessions) -> {
                    Set<Session> present =
                            sessions == null ? ConcurrentHashMap.newKeySet() : sessions;
                    present.add(session);
                    return present;
                });
    }

    /// Watches a key no more.
    void remove(ByteString key, Session session) {
        watchers.computeIfPresent(
                key,
                (_, sessions) -> {
                    sessions.remove(session);
                    return sessions.isEmpty() ? null : sessions;
                });
        count.decrementAndGet();
    }

    /// Tells who watches a key that it has changed.
    void touch(byte[] key) {
        if (count.get() > 0) {
            // The array may be changed later, but only after the look-up.
            Set<Session> sessions = watchers.get(ByteString.of(key));
            if (sessions != null) {
                sessions.forEach(session -> session.transaction().touch());
            }
        }
    }
}
