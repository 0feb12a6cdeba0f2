package io.kvs.engine;

import static io.kvs.engine.LogRecords.ABSENT;
import static io.kvs.engine.LogRecords.flags;

import io.kvs.Durability;
import io.kvs.InvalidKeyException;
import io.kvs.StoreIoException;
import io.kvs.blob.Blobs;
import io.kvs.commit.GroupCommit;
import io.kvs.commit.Log;
import io.kvs.format.BlobReference;
import io.kvs.format.RecordHeader;
import io.kvs.index.Index;
import io.kvs.index.Keydir.Stripe;
import io.kvs.recovery.Damage;
import io.kvs.run.DamagedRunException;
import io.kvs.segment.LogPointer;
import io.kvs.segment.Segment;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Writes that depend on what is there: compare-and-set, and another time to live for a value.
///
/// They go like those of {@link Writes}. Whoever learns here what a key has waits until that is as
/// durable as its writer asked for.
final class Exchanges {
    private final StoreLife life;
    private final LogRecords records;
    private final IndexUpdate update;
    private final Retries retries;
    private final Index index;
    private final Log log;
    private final GroupCommit commit;
    private final Damage damage;
    private final Blobs blobs;

    /// Makes them for a store.
    Exchanges(StoreLife life, LogRecords records, IndexUpdate update, Retries retries) {
        this.life = life;
        this.records = records;
        this.update = update;
        this.retries = retries;
        this.index = life.index();
        this.log = life.log();
        this.commit = life.commit();
        this.damage = life.damage();
        this.blobs = life.blobs();
    }

    /// Writes `value`, or a removal if it is null, if `key` has the value `expected`, or is absent
    /// if that is null; returns whether it was so.
    boolean compareAndSet(
            byte[] key,
            byte @Nullable [] expected,
            byte @Nullable [] value,
            long expiryMillis,
            Durability durability) {
        InvalidKeyException.check(key);
        if (value == null) {
            life.ensureWritable();
        } else {
            Writes.checkLength(key, value);
            life.beforeGrowth();
        }
        try {
            return exchange(key, expected, value, expiryMillis, durability);
        } catch (StoreIoException | DamagedRunException e) {
            return retries.changeAgain(
                    e, () -> exchange(key, expected, value, expiryMillis, durability));
        }
    }

    private boolean exchange(
            byte[] key,
            byte @Nullable [] expected,
            byte @Nullable [] value,
            long expiryMillis,
            Durability durability) {
        long keyHash = index.hash(key);
        Stripe stripe = index.stripeOf(keyHash);
        long awaited;
        long tombstone = ABSENT;
        boolean equal;
        stripe.lock();
        try {
            life.ensureOpen();
            long old = index.findToWrite(keyHash, key, records);
            awaited = records.awaitedSequence(old);
            equal = isValue(old, expected);
            if (equal && value != null) {
                long written = log.appendValue(key, value, expiryMillis, flags(durability));
                awaited = durability == Durability.SYNC ? records.sequence(written) : awaited;
                update.put(stripe, keyHash, old, written);
            } else if (equal && expected != null) {
                tombstone = log.appendTombstone(key, flags(durability));
                awaited = durability == Durability.SYNC ? records.sequence(tombstone) : awaited;
                update.remove(stripe, keyHash, old, tombstone, durability);
            }
        } catch (InternalError e) {
            throw life.unwritable(e);
        } finally {
            stripe.unlock();
        }
        long removal = tombstone;
        if (removal != ABSENT && durability == Durability.SYNC) {
            commit.acknowledge(awaited, () -> index.forgetTombstone(keyHash, removal));
        } else {
            commit.acknowledge(awaited);
        }
        return equal;
    }

    /// Writes the value of `key` once more with another expiry; returns false if there is nothing
    /// to change.
    boolean changeExpiry(byte[] key, long expiryMillis, Durability durability) {
        InvalidKeyException.check(key);
        life.beforeGrowth();
        try {
            return rewrite(key, expiryMillis, durability);
        } catch (StoreIoException | DamagedRunException e) {
            return retries.changeAgain(e, () -> rewrite(key, expiryMillis, durability));
        }
    }

    private boolean rewrite(byte[] key, long expiryMillis, Durability durability) {
        long keyHash = index.hash(key);
        Stripe stripe = index.stripeOf(keyHash);
        long awaited;
        boolean changes;
        stripe.lock();
        try {
            life.ensureOpen();
            long old = index.findToWrite(keyHash, key, records);
            awaited = records.awaitedSequence(old);
            changes =
                    !isValue(old, null)
                            && (expiryMillis != RecordHeader.NEVER || records.isExpiring(old));
            if (changes) {
                byte[] stored = records.segment(old).read(LogPointer.offset(old), key);
                byte[] value = Objects.requireNonNull(stored);
                int kind = RecordHeader.kind(records.header(old));
                long written =
                        log.appendValue(
                                key,
                                kind == RecordHeader.BLOB ? copyBlob(value) : value,
                                expiryMillis,
                                flags(durability)
                                        | (kind == RecordHeader.BLOB ? kind : RecordHeader.VALUE));
                awaited = durability == Durability.SYNC ? records.sequence(written) : awaited;
                update.put(stripe, keyHash, old, written);
            }
        } catch (InternalError e) {
            throw life.unwritable(e);
        } finally {
            stripe.unlock();
        }
        commit.acknowledge(awaited);
        return changes;
    }

    /// Copies a blob, since each belongs to one record; returns the reference to the copy.
    private byte[] copyBlob(byte[] reference) {
        try (InputStream value = blobs.open(BlobReference.decode(reference))) {
            return life.writeBlob(value).encode();
        } catch (IOException e) {
            throw new StoreIoException("cannot read a blob: " + e.getMessage(), e);
        }
    }

    /// Returns whether the record at a pointer holds `value`; a null stands for an absent key.
    private boolean isValue(long pointer, byte @Nullable [] value) {
        damage.check(pointer == ABSENT ? 0 : records.sequence(pointer));
        if (pointer == ABSENT || records.isTombstone(pointer)) {
            return value == null;
        }
        records.verify(pointer);
        if (records.isExpired(pointer)) {
            return value == null;
        }
        Segment segment = records.segment(pointer);
        long offset = LogPointer.offset(pointer);
        return value != null
                && (records.isBlob(pointer)
                        ? blobs.hasValue(segment, offset, value)
                        : segment.hasValue(offset, value));
    }
}
