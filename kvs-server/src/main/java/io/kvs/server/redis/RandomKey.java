package io.kvs.server.redis;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A key by chance. Keys are in order and cannot be counted off, so it looks at a place by chance
/// and goes a few keys further: every key can be found, but some more often than others.
final class RandomKey {
    private static final byte[] START = {};
    private static final int STEPS_MAX = 256;
    private static final int PLACE_LENGTH = 4;

    private RandomKey() {}

    /// Adds a key to `found`, unless there are none.
    static void find(Keyspace keyspace, RandomGenerator random, List<byte[]> found)
            throws CommandException {
        byte[] key = go(keyspace, place(keyspace, random), random.nextInt(STEPS_MAX));
        if (key == null) {
            key = go(keyspace, START, random.nextInt(STEPS_MAX));
        }
        if (key != null) {
            found.add(key);
        }
    }

    /// Returns a place that is somewhere behind the beginning of the first key.
    private static byte[] place(Keyspace keyspace, RandomGenerator random) throws CommandException {
        byte[] first = go(keyspace, START, 0);
        int kept = first == null ? 0 : random.nextInt(first.length);
        byte[] place = new byte[kept + PLACE_LENGTH];
        random.nextBytes(place);
        if (first != null) {
            System.arraycopy(first, 0, place, 0, kept);
        }
        return place;
    }

    /// Returns the key that is so many steps behind a place, counted from the place again if there
    /// are fewer; null if there is none at all.
    private static byte @Nullable [] go(Keyspace keyspace, byte[] from, int steps)
            throws CommandException {
        try (KeyIterator keys = keyspace.keys(from)) {
            byte[] key = keys.next();
            byte[][] seen = new byte[STEPS_MAX][];
            int count = 0;
            while (key != null) {
                seen[count++] = key;
                if (count > steps) {
                    return key;
                }
                key = keys.next();
            }
            return count == 0 ? null : seen[steps % count];
        }
    }
}
