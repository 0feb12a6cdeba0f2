package io.kvs.segment;

import java.util.concurrent.atomic.AtomicLongArray;

/// How many record bytes expire when: a histogram.
///
/// Times are counted from an origin near the time of writing, and kept in buckets an eighth as wide
/// as their distance from it. So what expired is known at the latest an eighth of its time to live
/// afterwards, in three kilobytes, whatever times to live are mixed.
///
/// Safe for use by several threads at once. Negative bytes take back what was added with the same
/// expiry.
public final class Expiries {
    /// Distances below this have a bucket of their own; each doubling above has half as many.
    private static final int EXACT = 16;

    private static final int SUB_BITS = 3;

    /// Farther ones, from some nine thousand years on, share the last bucket.
    private static final long DISTANCE_MAX = (1L << 48) - 1;

    private final long originMillis;
    private final AtomicLongArray bytes = new AtomicLongArray(bucket(DISTANCE_MAX) + 1);

    /// Makes an empty one.
    ///
    /// @param originMillis about when the records are written, in milliseconds since 1970
    public Expiries(long originMillis) {
        this.originMillis = originMillis;
    }

    /// Returns an empty one with the same origin.
    public Expiries empty() {
        return new Expiries(originMillis);
    }

    /// Counts a record.
    public void add(long expiryMillis, long recordBytes) {
        bytes.getAndAdd(bucket(expiryMillis - originMillis), recordBytes);
    }

    /// Counts all that another one with the same origin has counted.
    public void add(Expiries other) {
        assert other.originMillis == originMillis;
        for (int i = 0; i < bytes.length(); i++) {
            bytes.getAndAdd(i, other.bytes.get(i));
        }
    }

    /// Returns how many bytes have expired, as far as that is certain.
    public long expiredBytes(long nowMillis) {
        return sum(nowMillis, 1);
    }

    /// Returns how many bytes may have expired. At the origin that is certain.
    public long expiredBytesMax(long nowMillis) {
        return sum(nowMillis, 0);
    }

    /// Sums the buckets of which the start, or that of the bucket `shift` behind, is reached.
    private long sum(long nowMillis, int shift) {
        long passed = nowMillis - originMillis;
        long sum = 0;
        for (int i = 0; i < bytes.length() && start(i + shift) - shift <= passed; i++) {
            sum += bytes.get(i);
        }
        return Math.max(0, sum);
    }

    private static int bucket(long distance) {
        long bounded = Math.clamp(distance, 0, DISTANCE_MAX);
        int shift = Math.max(0, Long.SIZE - SUB_BITS - 1 - Long.numberOfLeadingZeros(bounded));
        return (shift << SUB_BITS) + (int) (bounded >>> shift);
    }

    /// Returns the smallest distance of a bucket.
    private static long start(int bucket) {
        if (bucket < EXACT) {
            return bucket;
        }
        int shift = (bucket >> SUB_BITS) - 1;
        return (long) (bucket - (shift << SUB_BITS)) << shift;
    }
}
