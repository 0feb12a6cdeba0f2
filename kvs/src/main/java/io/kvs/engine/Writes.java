package io.kvs.engine;

import static io.kvs.engine.LogRecords.ABSENT;
import static io.kvs.engine.LogRecords.flags;

import io.kvs.Durability;
import io.kvs.EntryTooLargeException;
import io.kvs.InvalidKeyException;
import io.kvs.KeyNotFoundException;
import io.kvs.KvsOptions;
import io.kvs.StoreIoException;
import io.kvs.commit.GroupCommit;
import io.kvs.commit.Log;
import io.kvs.format.RecordHeader;
import io.kvs.index.Index;
import io.kvs.index.Keydir.Stripe;
import io.kvs.recovery.Damage;
import io.kvs.run.DamagedRunException;
import java.util.concurrent.atomic.LongAdder;

/// The write path of a value and of a removal.
///
/// Under the lock of the key's stripe the old record is looked up, the new one is appended to the
/// {@link Log}, and the index is pointed at it; then, for {@link Durability#SYNC}, the writer waits
/// for the {@link GroupCommit} outside of the lock.
final class Writes {
    private static final int VALUE_OVERHEAD_BYTES =
            RecordHeader.BYTES + RecordHeader.SEQUENCE_BYTES + 12;

    private final StoreLife life;
    private final LogRecords records;
    private final IndexUpdate update;
    private final Retries retries;
    private final Index index;
    private final Log log;
    private final GroupCommit commit;
    private final Damage damage;
    private final boolean skipsIdentical;
    private final LongAdder skipped = new LongAdder();

    /// Makes the write path of a store.
    Writes(
            StoreLife life,
            LogRecords records,
            IndexUpdate update,
            Retries retries,
            KvsOptions options) {
        this.life = life;
        this.records = records;
        this.update = update;
        this.retries = retries;
        this.index = life.index();
        this.log = life.log();
        this.commit = life.commit();
        this.damage = life.damage();
        this.skipsIdentical = options.skipIdenticalWrites();
    }

    /// Returns how many writes were left out since the value was there already.
    long skipped() {
        return skipped.sum();
    }

    /// Checks the length of a value.
    ///
    /// @throws EntryTooLargeException it is too long for a record
    static void checkLength(byte[] key, byte[] value) {
        int limit = RecordHeader.RECORD_MAX_BYTES - VALUE_OVERHEAD_BYTES - key.length;
        if (value.length > limit) {
            throw new EntryTooLargeException("the value", value.length, limit);
        }
    }

    /// Stores `value` under `key`.
    ///
    /// @param expiryMillis when it expires, or {@link RecordHeader#NEVER}
    void set(byte[] key, byte[] value, long expiryMillis, Durability durability) {
        InvalidKeyException.check(key);
        checkLength(key, value);
        life.beforeGrowth();
        append(key, value, expiryMillis, RecordHeader.VALUE, durability);
    }

    /// Stores what is to be in the record of `key`, of which the length has been checked.
    ///
    /// @param kind that of the record: with a value, or with a reference to a blob
    void append(byte[] key, byte[] stored, long expiryMillis, int kind, Durability durability) {
        try {
            put(key, stored, expiryMillis, kind, durability);
        } catch (StoreIoException | DamagedRunException e) {
            retries.again(e, () -> put(key, stored, expiryMillis, kind, durability));
        }
    }

    private void put(byte[] key, byte[] value, long expiryMillis, int kind, Durability durability) {
        long keyHash = index.hash(key);
        Stripe stripe = index.stripeOf(keyHash);
        long sequence;
        stripe.lock();
        try {
            life.ensureOpen();
            long old = index.findToWrite(keyHash, key, records.toWrite());
            if (old != ABSENT
                    && kind == RecordHeader.VALUE
                    && expiryMillis == RecordHeader.NEVER
                    && skipsIdentical
                    && records.isWritten(old, value)) {
                // Everything before this write is as durable as the write itself.
                sequence = log.lastSequence();
                skipped.increment();
            } else {
                long pointer = log.appendValue(key, value, expiryMillis, flags(durability) | kind);
                sequence = durability == Durability.SYNC ? records.sequence(pointer) : 0;
                update.put(stripe, keyHash, old, pointer);
            }
        } catch (InternalError e) {
            throw life.unwritable(e);
        } finally {
            stripe.unlock();
        }
        if (durability == Durability.SYNC) {
            commit.acknowledge(sequence);
        }
    }

    /// Returns whether a write of `value` under `key` would be left out, and counts it then.
    boolean isLeftOut(byte[] key, byte[] value) {
        if (!skipsIdentical) {
            return false;
        }
        long keyHash = index.hash(key);
        Stripe stripe = index.stripeOf(keyHash);
        stripe.lock();
        try {
            life.ensureOpen();
            long old = index.findToWrite(keyHash, key, records.toWrite());
            if (old == ABSENT || !records.isWritten(old, value)) {
                return false;
            }
            skipped.increment();
            return true;
        } catch (DamagedRunException e) {
            return false; // The write will see to it.
        } catch (InternalError e) {
            throw life.unwritable(e);
        } finally {
            stripe.unlock();
        }
    }

    /// Removes `key`; an expired value is removed as well, although its key counts as absent: then
    /// no clock brings it back.
    ///
    /// @throws KeyNotFoundException the key is absent
    void remove(byte[] key, Durability durability) {
        InvalidKeyException.check(key);
        life.ensureWritable();
        try {
            delete(key, durability);
        } catch (StoreIoException | DamagedRunException e) {
            retries.again(e, () -> delete(key, durability));
        }
    }

    private void delete(byte[] key, Durability durability) {
        long keyHash = index.hash(key);
        Stripe stripe = index.stripeOf(keyHash);
        long tombstone;
        long sequence;
        boolean expired;
        stripe.lock();
        try {
            life.ensureOpen();
            long old = index.findToWrite(keyHash, key, records);
            if (old == ABSENT || records.isTombstone(old)) {
                damage.check(0);
                throw new KeyNotFoundException();
            }
            expired = records.isExpired(old);
            tombstone = log.appendTombstone(key, flags(durability));
            sequence = durability == Durability.SYNC ? records.sequence(tombstone) : 0;
            update.remove(stripe, keyHash, old, tombstone, durability);
        } catch (InternalError e) {
            throw life.unwritable(e);
        } finally {
            stripe.unlock();
        }
        if (durability == Durability.SYNC) {
            commit.acknowledge(sequence, () -> index.forgetTombstone(keyHash, tombstone));
        }
        if (expired) {
            throw new KeyNotFoundException();
        }
    }
}
