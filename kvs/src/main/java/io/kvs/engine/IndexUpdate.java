package io.kvs.engine;

import static io.kvs.engine.LogRecords.ABSENT;

import io.kvs.Durability;
import io.kvs.WriteBatch.Operation;
import io.kvs.format.RecordHeader;
import io.kvs.index.Index;
import io.kvs.index.Keydir.Stripe;
import io.kvs.segment.LogPointer;
import io.kvs.segment.Segment;
import java.time.InstantSource;

/// What follows when a record has been appended: the index points at it, the record before counts
/// as stale, and the keys are counted.
///
/// All methods need the lock of the key's stripe, held since the record before was looked up.
final class IndexUpdate {
    private final LogRecords records;
    private final InstantSource clock;
    private final Index index;

    /// Makes it for the index of a store.
    IndexUpdate(LogRecords records, InstantSource clock, Index index) {
        this.records = records;
        this.clock = clock;
        this.index = index;
    }

    /// Points the index at a new value.
    ///
    /// @param old the record before, or {@link LogRecords#ABSENT}
    void put(Stripe stripe, long keyHash, long old, long pointer) {
        index.put(keyHash, old, pointer);
        stripe.addKeys(old != ABSENT && retire(old) ? 0 : 1);
        long header = records.header(pointer);
        if (RecordHeader.has(header, RecordHeader.EXPIRING)) {
            Segment segment = records.segment(pointer);
            segment.addExpiring(LogPointer.offset(pointer), header, clock.millis());
        }
    }

    /// Notes that a key has been removed; under SYNC its tombstone stays in the index until it is
    /// durable, so that readers wait for it.
    void remove(Stripe stripe, long keyHash, long old, long tombstone, Durability durability) {
        records.segment(tombstone).usage().addTombstone(records.size(tombstone));
        index.remove(keyHash, old, tombstone, durability == Durability.SYNC);
        stripe.addKeys(retire(old) ? -1 : 0);
    }

    /// Notes an operation of a batch, which may change a key several times.
    ///
    /// @param listed the record before the batch if only runs know it, or {@link LogRecords#ABSENT}
    void apply(
            Operation operation, long keyHash, long listed, long pointer, Durability durability) {
        Stripe stripe = index.stripeOf(keyHash);
        long known = stripe.find(keyHash, operation.key(), records.toWrite());
        long old = known == ABSENT ? listed : known;
        if (operation.value() != null) {
            put(stripe, keyHash, old, pointer);
        } else if (old != ABSENT) {
            remove(stripe, keyHash, old, pointer, durability);
        } else {
            records.segment(pointer).usage().addTombstone(records.size(pointer));
        }
    }

    /// Counts a superseded record as stale; returns whether it was a value.
    private boolean retire(long pointer) {
        long header = records.header(pointer);
        if (RecordHeader.kind(header) == RecordHeader.TOMBSTONE) {
            return false;
        }
        boolean expires = RecordHeader.has(header, RecordHeader.EXPIRING);
        long offset = LogPointer.offset(pointer);
        records.segment(pointer).addDead(offset, header, expires ? clock.millis() : 0);
        return true;
    }
}
