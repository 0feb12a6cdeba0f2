package io.kvs.cache;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A value in a {@link ValueCache}, with what tells the record that it was read from.
///
/// A record never changes, so neither does this; where it stands in the cache does. Once it is in a
/// cache, so are its arrays not to be changed.
public final class CachedValue {
    /// What the objects of one value take beside the bytes of key and value, with references of
    /// eight bytes: this one, and the headers and the padding of two arrays.
    private static final int OVERHEAD_BYTES = 16 + 4 * Long.BYTES + Integer.BYTES + 6 * 8 + 2 * 24;

    private static final int USES_MAX = 3;

    private final long keyHash;
    private final byte[] key;
    private final byte[] value;
    private final long pointer;
    private final long segmentId;
    private final long expiryMillis;

    /// How often it was used since it came or was last spared; a lost count costs nothing.
    private int uses;

    /// The next one of the same bucket.
    volatile @Nullable CachedValue next;

    /// Its neighbours in the queue, and the queue. Guarded by the lock of the shard, as is its
    /// presence in a bucket.
    @Nullable CachedValue older;

    @Nullable CachedValue newer;
    @Nullable ValueQueue queue;

    /// Makes one.
    ///
    /// @param keyHash the hash of the key
    /// @param key not to be changed any more
    /// @param value not to be changed any more
    /// @param pointer to the record
    /// @param segmentId the id of the segment that the record is in
    /// @param expiryMillis when the value expires, in milliseconds since 1970
    public CachedValue(
            long keyHash,
            byte[] key,
            byte[] value,
            long pointer,
            long segmentId,
            long expiryMillis) {
        this.keyHash = keyHash;
        this.key = key;
        this.value = value;
        this.pointer = pointer;
        this.segmentId = segmentId;
        this.expiryMillis = expiryMillis;
    }

    /// Returns the value itself.
    public byte[] value() {
        return value;
    }

    /// Returns a copy of the value.
    public byte[] copy() {
        return value.clone();
    }

    /// Returns the pointer to the record.
    public long pointer() {
        return pointer;
    }

    /// Returns the id of the segment that the record is in: the number in the pointer is used again
    /// when that has gone, the id is not.
    public long segmentId() {
        return segmentId;
    }

    /// Returns when the value expires, in milliseconds since 1970.
    public long expiryMillis() {
        return expiryMillis;
    }

    long keyHash() {
        return keyHash;
    }

    byte[] key() {
        return key;
    }

    boolean isOf(long hash, byte[] other) {
        return keyHash == hash && Arrays.equals(key, other);
    }

    /// Returns the bytes of memory that it takes, at most.
    long bytes() {
        return (long) OVERHEAD_BYTES + key.length + value.length;
    }

    void use() {
        int count = uses;
        if (count < USES_MAX) {
            uses = count + 1;
        }
    }

    int uses() {
        return uses;
    }

    void setUses(int count) {
        uses = count;
    }
}
