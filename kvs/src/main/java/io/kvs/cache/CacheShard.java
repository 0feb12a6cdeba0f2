package io.kvs.cache;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A part of a {@link ValueCache} with a lock of its own; see there how it works.
///
/// Lookups take no lock: buckets are chains whose ends are changed one reference at a time, and a
/// reader that stands on a value that has just left goes on along the chain it was in.
final class CacheShard {
    private static final int BUCKET_SHARE_BYTES = 256;
    private static final int BUCKET_BYTES = Long.BYTES + Integer.BYTES;

    /// The part of the bytes that is for values which have not proved themselves.
    private static final int PROBATION_SHARE = 10;

    /// So many of the largest values a shard holds at least.
    private static final int VALUES_MIN = 8;

    /// A value that was used so often on probation stays.
    private static final int USES_TO_STAY = 2;

    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicReferenceArray<@Nullable CachedValue> buckets;

    /// What is left of the hashes of keys that did not stay, by bucket; guarded by the lock.
    private final int[] ghosts;

    private final ValueQueue probation = new ValueQueue();
    private final ValueQueue main = new ValueQueue();
    private final long capacityBytes;

    /// Makes an empty one that takes at most `budgetBytes` of memory.
    CacheShard(long budgetBytes) {
        int count = Math.clamp(budgetBytes / BUCKET_SHARE_BYTES, 1, 1 << 28);
        this.buckets = new AtomicReferenceArray<>(count);
        this.ghosts = new int[count];
        this.capacityBytes = Math.max(0, budgetBytes - (long) count * BUCKET_BYTES);
    }

    /// Returns whether a value of this size can be in it.
    boolean canHold(long bytes) {
        return bytes <= capacityBytes / VALUES_MIN;
    }

    @Nullable CachedValue find(long hash, byte[] key) {
        CachedValue value = buckets.get(bucket(hash));
        while (value != null && !value.isOf(hash, key)) {
            value = value.next;
        }
        return value;
    }

    /// Puts a value in the place of another one of its key, or else adds it.
    void put(CachedValue value) {
        lock.lock();
        try {
            CachedValue old = find(value.keyHash(), value.key());
            ValueQueue queue = returns(value.keyHash()) ? main : probation;
            if (old != null && old.queue != null) {
                queue = old.queue;
                value.setUses(old.uses());
                drop(old);
            }
            while (usedBytes() + value.bytes() > capacityBytes) {
                evictOne();
            }
            link(value);
            queue.add(value);
        } finally {
            lock.unlock();
        }
    }

    /// Removes a value if it is still there.
    void remove(CachedValue value) {
        lock.lock();
        try {
            if (value.queue != null) {
                drop(value);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Returns the bytes of memory that the values take, at most.
    long bytes() {
        lock.lock();
        try {
            return usedBytes();
        } finally {
            lock.unlock();
        }
    }

    /// Returns how many values there are.
    int count() {
        lock.lock();
        try {
            return probation.count() + main.count();
        } finally {
            lock.unlock();
        }
    }

    private long usedBytes() {
        return probation.bytes() + main.bytes();
    }

    private void evictOne() {
        CachedValue tried = probation.oldest();
        CachedValue proven = main.oldest();
        boolean tooMany = probation.bytes() > capacityBytes / PROBATION_SHARE;
        if (tried != null && (tooMany || proven == null)) {
            evictTried(tried);
        } else if (proven != null) {
            evictProven(proven);
        }
    }

    private void evictTried(CachedValue value) {
        if (value.uses() >= USES_TO_STAY) {
            probation.remove(value);
            value.setUses(0);
            main.add(value);
        } else {
            ghosts[bucket(value.keyHash())] = trace(value.keyHash());
            drop(value);
        }
    }

    private void evictProven(CachedValue value) {
        if (value.uses() > 0) {
            main.remove(value);
            value.setUses(value.uses() - 1);
            main.add(value);
        } else {
            drop(value);
        }
    }

    /// Returns whether the key was here not long ago, and forgets that.
    private boolean returns(long hash) {
        int bucket = bucket(hash);
        boolean known = ghosts[bucket] == trace(hash);
        if (known) {
            ghosts[bucket] = 0;
        }
        return known;
    }

    private void link(CachedValue value) {
        int bucket = bucket(value.keyHash());
        value.next = buckets.get(bucket);
        buckets.set(bucket, value);
    }

    /// Takes a value out of its bucket and its queue. What it is chained to stays, for readers.
    private void drop(CachedValue value) {
        int bucket = bucket(value.keyHash());
        CachedValue before = null;
        CachedValue at = buckets.get(bucket);
        while (at != null && !isSame(at, value)) {
            before = at;
            at = at.next;
        }
        if (before == null) {
            buckets.set(bucket, value.next);
        } else {
            before.next = value.next;
        }
        ValueQueue queue = value.queue;
        if (queue != null) {
            queue.remove(value);
        }
    }

    @SuppressWarnings("ReferenceEquality") // a place in a chain has no other identity
    private static boolean isSame(CachedValue one, CachedValue other) {
        return one == other;
    }

    private int bucket(long hash) {
        return (int) ((hash & 0xFFFF_FFFFL) * buckets.length() >>> Integer.SIZE);
    }

    /// Returns what is kept of a hash beside its bucket; never 0.
    private static int trace(long hash) {
        return (int) (hash >>> Integer.SIZE) | 1;
    }
}
