package io.kvs.server.redis;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The keys whose values expire, those first that expire next; as many as memory allows, which are
/// then the next ones. Safe for use by several threads; who notes or forgets a key holds its lock.
final class Expiries {
    private static final int KEYS_MAX = 1 << 18;

    private final Map<ByteString, Long> times = new ConcurrentHashMap<>();
    private final TreeSet<Due> order =
            new TreeSet<>(
                    Comparator.comparingLong(Due::millis)
                            .thenComparing(due -> due.key().bytes(), Arrays::compareUnsigned));
    private boolean isComplete = true;

    /// A key, and when its value expires.
    record Due(ByteString key, long millis) {}

    /// Notes when a value expires.
    ///
    /// @param key is copied
    void note(byte[] key, long millis) {
        ByteString kept = ByteString.of(key.clone());
        synchronized (order) {
            Long before = times.put(kept, millis);
            if (before != null) {
                order.remove(new Due(kept, before));
            }
            order.add(new Due(kept, millis));
            if (order.size() > KEYS_MAX) {
                Due latest = order.removeLast();
                times.remove(latest.key());
                isComplete = false;
            }
        }
    }

    /// Forgets a key; returns when its value would have expired, or {@link Keyspace#NEVER} if that
    /// was not noted. Cheap if it was not.
    long forget(byte[] key) {
        if (times.isEmpty()) {
            return Keyspace.NEVER;
        }
        ByteString wanted = ByteString.of(key);
        if (!times.containsKey(wanted)) {
            return Keyspace.NEVER;
        }
        synchronized (order) {
            Long before = times.remove(wanted);
            if (before == null) {
                return Keyspace.NEVER;
            }
            order.remove(new Due(wanted, before));
            return before;
        }
    }

    /// Returns a key whose value has expired at a time, or null if there is none. It stays noted.
    @Nullable Due due(long nowMillis) {
        synchronized (order) {
            return order.isEmpty() || order.first().millis() > nowMillis ? null : order.first();
        }
    }

    /// Returns whether a key is noted with this time.
    boolean isNoted(Due due) {
        Long millis = times.get(due.key());
        return millis != null && millis == due.millis();
    }

    /// Returns how many keys are noted.
    int count() {
        return times.size();
    }

    /// Returns whether keys had to be left out, and there is room for them now.
    boolean hasRoomAgain() {
        synchronized (order) {
            return !isComplete && order.size() < KEYS_MAX / 2;
        }
    }

    /// Says that all keys that were left out are about to be noted.
    void completing() {
        synchronized (order) {
            isComplete = true;
        }
    }
}
