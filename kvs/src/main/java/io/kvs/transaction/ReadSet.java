package io.kvs.transaction;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a transaction has read: keys one by one, intervals of keys, and when the first of the
/// values expires.
///
/// Intervals are kept apart and in order: one that meets or overlaps others is joined with them. An
/// upper bound of null is the end of all keys.
public final class ReadSet {
    private final NavigableMap<byte[], Long> versions = new TreeMap<>(Arrays::compareUnsigned);
    private final NavigableMap<byte[], KeyInterval> intervals =
            new TreeMap<>(Arrays::compareUnsigned);
    private long expiryMillis = Versioned.NEVER;

    ReadSet() {}

    /// Returns the keys that were read one by one, in order.
    public List<KeyRead> keys() {
        List<KeyRead> keys = new ArrayList<>(versions.size());
        versions.forEach((key, version) -> keys.add(new KeyRead(key, version)));
        return keys;
    }

    /// Returns the intervals that were scanned, in order; no two of them overlap.
    public List<KeyInterval> intervals() {
        return List.copyOf(intervals.values());
    }

    /// Returns when the first of the values that were read expires, in milliseconds since 1970, or
    /// {@link Versioned#NEVER}.
    public long expiryMillis() {
        return expiryMillis;
    }

    /// Adds the time at which a value that was read expires.
    void addExpiry(long millis) {
        expiryMillis = Math.min(expiryMillis, millis);
    }

    /// Adds a key that is not changed afterwards.
    void add(byte[] key, long version) {
        versions.put(key, version);
    }

    /// Adds an interval; one that is empty adds nothing.
    void add(KeyInterval interval) {
        if (interval.to() != null && Arrays.compareUnsigned(interval.from(), interval.to()) >= 0) {
            return;
        }
        byte[] from = interval.from();
        byte @Nullable [] to = interval.to();
        Map.Entry<byte[], KeyInterval> before = intervals.floorEntry(from);
        if (before != null && reaches(before.getValue().to(), from)) {
            from = before.getKey();
            to = later(to, before.getValue().to());
        }
        Map.Entry<byte[], KeyInterval> next = intervals.ceilingEntry(from);
        while (next != null && reaches(to, next.getKey())) {
            to = later(to, next.getValue().to());
            intervals.remove(next.getKey());
            next = intervals.higherEntry(next.getKey());
        }
        intervals.put(from, new KeyInterval(from, to));
    }

    private static boolean reaches(byte @Nullable [] end, byte[] key) {
        return end == null || Arrays.compareUnsigned(end, key) >= 0;
    }

    private static byte @Nullable [] later(byte @Nullable [] one, byte @Nullable [] other) {
        if (one == null || other == null) {
            return null;
        }
        return Arrays.compareUnsigned(one, other) >= 0 ? one : other;
    }
}
