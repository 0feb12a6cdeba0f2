package io.kvs.cache;

import io.kvs.StoreStats.CacheStats;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Values that were expensive to read, by key, up to a number of bytes.
///
/// How it works. The policy is S3-FIFO [1]: a new value goes to a short queue, a tenth of the
/// bytes. If it was used twice when it comes to the end of that, it goes to the main queue; else it
/// leaves, and of its key a trace of 32 bits stays for a while: when it comes back in that time, it
/// goes to the main queue at once. So what is read once, as by a walk over all keys, passes through
/// the tenth and never displaces what is read often. A value that was used since it came to the
/// main queue, or since it was spared, is spared at its end.
///
/// A use is a number that grows, nothing is moved: lookups take no lock. Changes take that of one
/// of up to 16 shards.
///
/// Whether a value is still that of its key is for the caller to find out, who knows where the
/// newest record of the key is. Safe for use by many threads.
///
/// [1] Yang et al., FIFO Queues Are All You Need for Cache Eviction, SOSP 2023
public final class ValueCache {
    private static final int SHARD_COUNT_MAX = 16;
    private static final long SHARD_MIN_BYTES = 1 << 20;

    private final CacheShard[] shards;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /// Makes an empty cache.
    ///
    /// @param budgetBytes how many bytes of memory it takes at most, with keys, objects and tables
    public ValueCache(long budgetBytes) {
        long fitting = Math.clamp(budgetBytes / SHARD_MIN_BYTES, 1, SHARD_COUNT_MAX);
        this.shards = new CacheShard[(int) Long.highestOneBit(fitting)];
        for (int i = 0; i < shards.length; i++) {
            shards[i] = new CacheShard(budgetBytes / shards.length);
        }
    }

    /// Returns what is there of a key, or null.
    ///
    /// @param hash the hash of the key
    public @Nullable CachedValue find(long hash, byte[] key) {
        return shardOf(hash).find(hash, key);
    }

    /// Notes that a read was answered with a value.
    public void hit(CachedValue value) {
        value.use();
        hits.increment();
    }

    /// Notes that a read was not answered from here.
    public void miss() {
        misses.increment();
    }

    /// Returns whether a value is not too large to be kept.
    public boolean canHold(CachedValue value) {
        return shardOf(value.keyHash()).canHold(value.bytes());
    }

    /// Keeps a value, in place of any other one of its key, as long as there is room.
    public void put(CachedValue value) {
        shardOf(value.keyHash()).put(value);
    }

    /// Removes a value that nobody will need any more.
    public void remove(CachedValue value) {
        shardOf(value.keyHash()).remove(value);
    }

    /// Returns figures of it.
    public CacheStats stats() {
        long entries = 0;
        long bytes = 0;
        for (CacheShard shard : shards) {
            entries += shard.count();
            bytes += shard.bytes();
        }
        return new CacheStats(hits.sum(), misses.sum(), entries, bytes);
    }

    private CacheShard shardOf(long hash) {
        return shards[(int) (hash >>> Integer.SIZE) & shards.length - 1];
    }
}
