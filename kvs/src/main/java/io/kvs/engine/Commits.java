package io.kvs.engine;

import static io.kvs.engine.LogRecords.ABSENT;

import io.kvs.ConflictException;
import io.kvs.Durability;
import io.kvs.WriteBatch;
import io.kvs.commit.Log;
import io.kvs.index.Index;
import io.kvs.index.Keydir;
import io.kvs.recovery.Damage;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.transaction.KeyInterval;
import io.kvs.transaction.KeyRead;
import io.kvs.transaction.ReadSet;
import io.kvs.transaction.TransactionBackend;
import io.kvs.transaction.VersionedSnapshot;
import io.kvs.view.Pins;
import java.time.InstantSource;
import java.util.List;

/// Commits transactions: checks that nothing that was read has changed, and applies the batch under
/// the same locks.
///
/// Each key that was read must have the sequence number that was seen, and the log since the
/// snapshot must hold no key in an interval that was scanned.
final class Commits implements TransactionBackend {
    private final StoreLife life;
    private final Batches batches;
    private final Durability durability;
    private final LogRecords records;
    private final InstantSource clock;
    private final SegmentTable segments;
    private final Index index;
    private final Log log;
    private final Damage damage;

    /// Makes it for a store.
    ///
    /// @param durability that of the writes of transactions
    Commits(
            StoreLife life,
            LogRecords records,
            Batches batches,
            InstantSource clock,
            Durability durability) {
        this.life = life;
        this.batches = batches;
        this.durability = durability;
        this.records = records;
        this.clock = clock;
        this.segments = life.segments();
        this.index = life.index();
        this.log = life.log();
        this.damage = life.damage();
    }

    @Override
    public void commit(VersionedSnapshot snapshot, ReadSet reads, WriteBatch writes) {
        try (Pins.Pin _ = life.pin()) { // The log is walked before and behind a wait for locks.
            commitPinned((LogSnapshot) snapshot, reads, writes);
        }
    }

    private void commitPinned(LogSnapshot taken, ReadSet reads, WriteBatch writes) {
        LogWalk walk = new LogWalk(segments, log, taken.view().sequence());
        if (!reads.intervals().isEmpty()) {
            // Most of the log since then is looked at before anybody has to wait.
            long tail = log.lastSequence() + 1;
            index.keydir().awaitWriters();
            checkIntervals(walk, tail, reads.intervals());
        }
        batches.write(
                writes.operations(),
                durability,
                stripesOf(reads),
                () -> check(walk, reads, taken.takenMillis()));
    }

    private long stripesOf(ReadSet reads) {
        long stripes = reads.intervals().isEmpty() ? 0 : Keydir.ALL_STRIPES;
        for (KeyRead read : reads.keys()) {
            stripes |= Keydir.stripeBit(index.hash(read.key()));
        }
        return stripes;
    }

    /// Checks what a transaction has read. Needs the locks of all keys and intervals.
    ///
    /// @param takenMillis the time at which a value had expired or not when it was read
    private void check(LogWalk walk, ReadSet reads, long takenMillis) {
        if (reads.expiryMillis() <= clock.millis()) {
            throw new ConflictException();
        }
        for (KeyRead read : reads.keys()) {
            long pointer = index.find(index.hash(read.key()), read.key(), records);
            damage.check(pointer == ABSENT ? 0 : records.sequence(pointer));
            boolean absent =
                    pointer == ABSENT
                            || records.isTombstone(pointer)
                            || records.isExpired(pointer, takenMillis);
            if (read.version() != (absent ? KeyRead.ABSENT : records.sequence(pointer))) {
                throw new ConflictException();
            }
        }
        if (!reads.intervals().isEmpty()) {
            checkIntervals(walk, log.lastSequence() + 1, reads.intervals());
        }
    }

    private static void checkIntervals(LogWalk walk, long to, List<KeyInterval> intervals) {
        while (walk.next(to)) {
            Segment segment = walk.segment();
            byte[] key = segment.key(walk.offset(), segment.header(walk.offset()));
            for (KeyInterval interval : intervals) {
                if (interval.contains(key)) {
                    throw new ConflictException();
                }
            }
        }
        if (walk.isBroken()) {
            throw new ConflictException();
        }
    }
}
