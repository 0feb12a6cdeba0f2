package io.kvs.server.redis;

import java.util.Arrays;

/// A set of stripes of {@link KeyLocks}, to be locked together. For one thread at a time.
final class Stripes {
    private static final int WORDS = KeyLocks.STRIPES / Long.SIZE;

    private final KeyLocks locks;
    private final long[] words = new long[WORDS];

    /// What the locks gave, in the order of the stripes.
    private long[] stamps = {};

    private int count;

    /// Makes an empty set.
    public Stripes(KeyLocks locks) {
        this.locks = locks;
    }

    /// Removes all.
    void clear() {
        if (count > 0) {
            Arrays.fill(words, 0);
            count = 0;
        }
    }

    /// Adds the stripe of a key.
    public void add(byte[] key) {
        add(key, 0, key.length);
    }

    /// Adds the stripe of a key that is part of an array.
    void add(byte[] array, int offset, int length) {
        int stripe = locks.stripe(array, offset, length);
        long bit = 1L << stripe;
        if ((words[stripe >> 6] & bit) == 0) {
            words[stripe >> 6] |= bit;
            count++;
        }
    }

    /// Adds all stripes there are.
    void addAll() {
        Arrays.fill(words, -1L);
        count = KeyLocks.STRIPES;
    }

    /// Returns how many there are.
    int count() {
        return count;
    }

    /// Locks all of them against everybody.
    public void lockExclusively() {
        long[] held = stamps();
        int i = 0;
        for (int stripe = next(0); stripe >= 0; stripe = next(stripe + 1)) {
            held[i++] = locks.lock(stripe).writeLock();
        }
    }

    /// Locks all of them against who writes.
    void lockShared() {
        long[] held = stamps();
        int i = 0;
        for (int stripe = next(0); stripe >= 0; stripe = next(stripe + 1)) {
            held[i++] = locks.lock(stripe).readLock();
        }
    }

    /// Unlocks all of them, as they were locked.
    public void unlock() {
        int i = 0;
        for (int stripe = next(0); stripe >= 0; stripe = next(stripe + 1)) {
            locks.lock(stripe).unlock(stamps[i++]);
        }
    }

    /// Notes that what is read from now on is to be one state; returns false if somebody is
    /// writing.
    boolean beginOptimistically() {
        long[] seen = stamps();
        int i = 0;
        for (int stripe = next(0); stripe >= 0; stripe = next(stripe + 1)) {
            seen[i] = locks.lock(stripe).tryOptimisticRead();
            if (seen[i++] == 0) {
                return false;
            }
        }
        return true;
    }

    /// Returns whether nobody has written since {@link #beginOptimistically()}.
    boolean isStillValid() {
        int i = 0;
        for (int stripe = next(0); stripe >= 0; stripe = next(stripe + 1)) {
            if (!locks.lock(stripe).validate(stamps[i++])) {
                return false;
            }
        }
        return true;
    }

    private long[] stamps() {
        if (stamps.length < count) {
            stamps = new long[count];
        }
        return stamps;
    }

    /// Returns the first stripe of the set from one on, or -1.
    private int next(int from) {
        int word = from >> 6;
        if (word >= WORDS) {
            return -1;
        }
        long bits = words[word] & -1L << from;
        while (bits == 0) {
            if (++word == WORDS) {
                return -1;
            }
            bits = words[word];
        }
        return (word << 6) + Long.numberOfTrailingZeros(bits);
    }
}
