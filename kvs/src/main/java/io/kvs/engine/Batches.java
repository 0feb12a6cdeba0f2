package io.kvs.engine;

import static io.kvs.engine.LogRecords.ABSENT;
import static io.kvs.engine.LogRecords.flags;

import io.kvs.Durability;
import io.kvs.StoreIoException;
import io.kvs.WriteBatch.Operation;
import io.kvs.commit.GroupCommit;
import io.kvs.commit.Log;
import io.kvs.format.RecordHeader;
import io.kvs.index.Index;
import io.kvs.index.Keydir;
import io.kvs.run.DamagedRunException;
import io.kvs.segment.BatchFrame;
import io.kvs.segment.LogPointer;
import io.kvs.segment.Segment;
import java.time.InstantSource;
import java.util.List;

/// The write path of a batch: the locks of all its stripes, in ascending order, and one frame in
/// the log, which is there whole or not at all.
final class Batches {
    private final StoreLife life;
    private final LogRecords records;
    private final IndexUpdate update;
    private final Retries retries;
    private final InstantSource clock;
    private final Index index;
    private final Log log;
    private final GroupCommit commit;

    /// Makes the path of a store.
    Batches(
            StoreLife life,
            LogRecords records,
            IndexUpdate update,
            Retries retries,
            InstantSource clock) {
        this.life = life;
        this.records = records;
        this.update = update;
        this.retries = retries;
        this.clock = clock;
        this.index = life.index();
        this.log = life.log();
        this.commit = life.commit();
    }

    /// A batch that is about to be written.
    ///
    /// @param alsoLocked stripes to be locked besides those of the batch
    /// @param check called when all are locked; throws if nothing is to be written
    private record Pending(
            List<Operation> operations,
            BatchFrame frame,
            Durability durability,
            long alsoLocked,
            Runnable check) {}

    /// Applies operations, at least one.
    void write(List<Operation> operations, Durability durability) {
        write(operations, durability, 0, () -> {});
    }

    /// Applies operations if a check does not throw.
    ///
    /// @param alsoLocked stripes to be locked besides those of the batch
    /// @param check called when all are locked; throws if nothing is to be written
    void write(List<Operation> operations, Durability durability, long alsoLocked, Runnable check) {
        BatchFrame frame = new BatchFrame(operations, flags(durability), clock.millis());
        Pending batch = new Pending(operations, frame, durability, alsoLocked, check);
        life.beforeGrowth();
        try {
            apply(batch);
        } catch (StoreIoException | DamagedRunException e) {
            retries.again(e, () -> apply(batch));
        }
    }

    private void apply(Pending batch) {
        List<Operation> operations = batch.operations();
        Durability durability = batch.durability();
        Keydir keydir = index.keydir();
        long[] hashes = new long[operations.size()];
        long stripes = batch.alsoLocked();
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = index.hash(operations.get(i).key());
            stripes |= Keydir.stripeBit(hashes[i]);
        }
        keydir.lock(stripes);
        long start;
        long sequence;
        try {
            life.ensureOpen();
            batch.check().run();
            long[] listed = findListed(operations, hashes);
            start = log.appendBatch(batch.frame());
            Segment segment = records.segment(start);
            sequence = segment.baseSequence() + (LogPointer.offset(start) >>> 3);
            segment.usage().addDead(RecordHeader.BATCH_BYTES);
            for (int i = 0; i < hashes.length; i++) {
                long pointer = pointer(start, batch.frame(), i);
                update.apply(operations.get(i), hashes[i], listed[i], pointer, durability);
            }
        } catch (InternalError e) {
            throw life.unwritable(e);
        } finally {
            keydir.unlock(stripes);
        }
        if (durability == Durability.SYNC) {
            commit.acknowledge(sequence, () -> forgetTombstones(batch, hashes, start));
        }
    }

    private void forgetTombstones(Pending batch, long[] hashes, long start) {
        for (int i = 0; i < hashes.length; i++) {
            if (batch.operations().get(i).value() == null) {
                index.forgetTombstone(hashes[i], pointer(start, batch.frame(), i));
            }
        }
    }

    /// Returns the pointers to the newest records of the keys of a batch as far as only runs know
    /// them: what has to be found before the batch is appended, since it may fail.
    private long[] findListed(List<Operation> operations, long[] hashes) {
        long[] pointers = new long[hashes.length];
        for (int i = 0; i < hashes.length; i++) {
            pointers[i] =
                    index.isComplete()
                            ? ABSENT
                            : index.findToWrite(
                                    hashes[i], operations.get(i).key(), records.toWrite());
        }
        return pointers;
    }

    private static long pointer(long frameStart, BatchFrame frame, int index) {
        return LogPointer.of(
                LogPointer.segmentNumber(frameStart),
                LogPointer.offset(frameStart) + frame.offset(index));
    }
}
