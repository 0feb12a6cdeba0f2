package io.kvs.engine;

import io.kvs.InvalidKeyException;
import io.kvs.StoreStats.CacheStats;
import io.kvs.cache.CachedValue;
import io.kvs.cache.ValueCache;
import io.kvs.commit.Deferral;
import io.kvs.format.RecordHeader;
import io.kvs.index.Index;
import io.kvs.io.Disk;
import io.kvs.segment.LogPointer;
import io.kvs.segment.Segment;
import io.kvs.view.ReadSections;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The read path with a {@link ValueCache} in front of it.
///
/// A value in the cache is given only while the keydir points at the very record that it was read
/// from: the pointer is in the keydir, and the segment with the number in the pointer is the one of
/// then. This is looked at in that order. A segment that has left never comes back, so one that is
/// still there has been there all the time, and the pointer meant its record. Whatever changes a
/// key or moves its record takes the pointer out of the keydir; nobody tells the cache.
///
/// Only what was slow to read comes into the cache: had to be fetched from the device, or put
/// together from many pieces. The page cache gives the rest as fast.
final class CachedReads {
    /// A read that takes as long is slow: one from the page cache takes about 1 µs, or 5 to 10 when
    /// it has to be mapped first, one from a device more than 50.
    private static final long SLOW_NANOS = 20_000;

    private final StoreLife life;
    private final LogRecords records;
    private final Reads reads;
    private final InstantSource clock;
    private final Disk disk;
    private final Index index;
    private final ReadSections sections;
    private final ValueCache cache;

    /// Makes it for a store.
    ///
    /// @param disk tells the time that a read takes
    /// @param budgetBytes how many bytes of memory the cache takes at most
    CachedReads(
            StoreLife life,
            LogRecords records,
            Reads reads,
            InstantSource clock,
            Disk disk,
            long budgetBytes) {
        this.life = life;
        this.records = records;
        this.reads = reads;
        this.clock = clock;
        this.disk = disk;
        this.index = life.index();
        this.sections = life.sections();
        this.cache = new ValueCache(budgetBytes);
    }

    /// Returns figures of the cache.
    CacheStats stats() {
        return cache.stats();
    }

    /// Returns a copy of the value of `key`, or null.
    byte @Nullable [] find(byte[] key) {
        InvalidKeyException.check(key);
        ReadSections.Reader section = sections.enter();
        try {
            life.ensureOpen();
            long keyHash = index.hash(key);
            byte[] cached = cached(keyHash, key);
            return cached == null ? load(keyHash, key) : cached;
        } finally {
            section.leave();
        }
    }

    /// Returns the values of several keys: one by one, since each read is to be timed.
    List<Optional<byte[]>> getAll(List<byte[]> keys) {
        keys.forEach(InvalidKeyException::check);
        List<Optional<byte[]>> values = new ArrayList<>(keys.size());
        for (byte[] key : keys) {
            values.add(Optional.ofNullable(find(key)));
        }
        return values;
    }

    /// Returns what the cache has of a key, if that is its value now, or null.
    private byte @Nullable [] cached(long keyHash, byte[] key) {
        CachedValue cached = cache.find(keyHash, key);
        if (cached == null || !isNewest(keyHash, cached) || isExpired(cached)) {
            return null;
        }
        cache.hit(cached);
        return cached.copy();
    }

    private boolean isNewest(long keyHash, CachedValue cached) {
        try {
            long pointer = cached.pointer();
            return index.stripeOf(keyHash).contains(keyHash, pointer)
                    && records.isIn(cached.segmentId(), pointer);
        } catch (IllegalStateException e) {
            return false; // The keydir has grown meanwhile: the usual way will tell.
        }
    }

    private boolean isExpired(CachedValue cached) {
        return cached.expiryMillis() != RecordHeader.NEVER
                && cached.expiryMillis() <= clock.millis();
    }

    /// Reads the value of a key, and keeps it if that was slow.
    private byte @Nullable [] load(long keyHash, byte[] key) {
        CachedValue kept = cache.find(keyHash, key);
        long start = disk.nanos();
        CachedValue found =
                reads.find(
                        keyHash,
                        key,
                        (segment, offset, _) -> read(kept, keyHash, segment, offset, key));
        if (found != null && isSame(found, kept)) {
            cache.hit(found);
            return found.copy();
        }
        cache.miss();
        // What is not durable yet must not be found by those who would not wait for it.
        if (found != null && isSlow(start) && cache.canHold(found) && !Deferral.isPending()) {
            cache.put(found);
            return found.copy();
        }
        if (kept != null) {
            cache.remove(kept);
        }
        return found == null ? null : found.value();
    }

    /// Reads a value for the cache, or returns what that has if it is of this very record: a key
    /// that only runs know is not in the keydir.
    private @Nullable CachedValue read(
            @Nullable CachedValue kept, long keyHash, Segment segment, long offset, byte[] key) {
        long pointer = LogPointer.of(segment.number(), offset);
        if (kept != null && kept.pointer() == pointer && kept.segmentId() == segment.id()) {
            return isExpired(kept) ? null : kept;
        }
        byte[] value = reads.read(segment, offset, key);
        long expiryMillis = segment.expiry(offset, segment.header(offset));
        return value == null
                ? null
                : new CachedValue(keyHash, key.clone(), value, pointer, segment.id(), expiryMillis);
    }

    @SuppressWarnings("ReferenceEquality") // the same object was handed through
    private static boolean isSame(CachedValue found, @Nullable CachedValue kept) {
        return found == kept;
    }

    private boolean isSlow(long startNanos) {
        return disk.nanos() - startNanos >= SLOW_NANOS;
    }
}
