package io.kvs.engine;

import io.kvs.CorruptionException;
import io.kvs.Durability;
import io.kvs.EntryTooLargeException;
import io.kvs.InvalidKeyException;
import io.kvs.KeyNotFoundException;
import io.kvs.KvStore;
import io.kvs.KvStore.Visitor;
import io.kvs.KvsEngine;
import io.kvs.KvsOptions;
import io.kvs.RecoveryReport;
import io.kvs.StoreIoException;
import io.kvs.StoreStats;
import io.kvs.WriteBatch;
import io.kvs.WriteBatch.Operation;
import io.kvs.commit.GroupCommit;
import io.kvs.commit.Log;
import io.kvs.format.RecordHeader;
import io.kvs.index.KeyHash;
import io.kvs.index.Keydir;
import io.kvs.index.Keydir.Records;
import io.kvs.index.Keydir.Stripe;
import io.kvs.io.Background;
import io.kvs.io.Disk;
import io.kvs.recovery.Damage;
import io.kvs.segment.BatchFrame;
import io.kvs.segment.LogPointer;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The log-structured engine: the write path and the read path.
///
/// *Write*: under the lock of the key's stripe the old record is looked up, the new one is appended
/// to the {@link Log}, and the {@link Keydir} is pointed at it; then, for {@link Durability#SYNC},
/// the writer waits for the {@link GroupCommit} outside of the lock. *Read*: the keydir gives the
/// pointer, the segment the verified value; no lock. Everything else happens in {@link StoreLife}.
public final class LogStore implements KvsEngine {
    private static final int VALUE_OVERHEAD_BYTES =
            RecordHeader.BYTES + RecordHeader.SEQUENCE_BYTES + 12;
    private static final long ABSENT = -1;
    private static final int GET_ALL_BATCH = 64;

    private final KvsOptions options;
    private final StoreLife life;
    private final SegmentTable segments;
    private final Keydir keydir;
    private final KeyHash hash;
    private final Log log;
    private final GroupCommit commit;
    private final Damage damage;
    private final Records readRecords = new VerifiedRecords();

    /// Records as a writer sees them: one that is damaged is not that of the key.
    private final Records writeRecords;

    private final LongAdder skippedWrites = new LongAdder();

    private LogStore(StoreLife life, KvsOptions options) {
        this.life = life;
        this.options = options;
        this.segments = life.segments();
        this.writeRecords = segments::hasKey;
        this.keydir = life.keydir();
        this.hash = life.hash();
        this.log = life.log();
        this.commit = life.commit();
        this.damage = life.damage();
    }

    /// Opens the store on a disk.
    ///
    /// @param disk its directory
    /// @param options how it behaves
    /// @param background who runs the background work
    /// @param random where the id of a new store and the seed of the hash come from
    public static LogStore open(
            Disk disk, KvsOptions options, Background background, RandomGenerator random) {
        return new LogStore(StoreLife.open(disk, options, background, random), options);
    }

    @Override
    public void set(byte[] key, byte[] value) {
        set(key, value, options.durability());
    }

    /// Stores `value` under `key` with the given durability; see {@link KvsEngine#set(byte[],
    /// byte[])}.
    public void set(byte[] key, byte[] value, Durability durability) {
        InvalidKeyException.check(key);
        checkLength(key, value);
        life.beforeGrowth();
        try {
            put(key, value, durability);
        } catch (StoreIoException e) {
            makeRoom(e);
            put(key, value, durability);
        }
    }

    private void put(byte[] key, byte[] value, Durability durability) {
        long keyHash = hash.of(key);
        Stripe stripe = keydir.stripeOf(keyHash);
        long sequence;
        stripe.lock();
        try {
            life.ensureOpen();
            long old = stripe.find(keyHash, key, writeRecords);
            if (old != ABSENT && options.skipIdenticalWrites() && isWritten(old, value)) {
                // Everything before this write is as durable as the write itself.
                sequence = log.lastSequence();
                skippedWrites.increment();
            } else {
                long pointer = log.appendValue(key, value, flags(durability));
                sequence = sequence(pointer);
                index(stripe, keyHash, old, pointer);
            }
        } catch (InternalError e) {
            throw life.unwritable(e);
        } finally {
            stripe.unlock();
        }
        if (durability == Durability.SYNC) {
            commit.await(sequence);
        }
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        return Optional.ofNullable(find(key));
    }

    /// Returns a copy of the value of `key`, or null; see {@link KvsEngine#get(byte[])}.
    public byte @Nullable [] find(byte[] key) {
        InvalidKeyException.check(key);
        long keyHash = hash.of(key);
        Stripe stripe = keydir.stripeOf(keyHash);
        while (true) {
            life.ensureOpen();
            long pointer = ABSENT;
            try {
                pointer = stripe.find(keyHash, key, readRecords);
                if (pointer == ABSENT) {
                    if (damage.undecidedSequence() >= 0) {
                        throw damage.undecided();
                    }
                    return null;
                }
                return read(pointer, key);
            } catch (IllegalStateException e) {
                Thread.onSpinWait(); // The segment was retired meanwhile: look again.
            } catch (CorruptionException e) {
                if (pointer == ABSENT || stripe.contains(keyHash, pointer)) {
                    throw e;
                }
            } catch (InternalError e) {
                throw life.unreadable(e);
            }
        }
    }

    @Override
    public void remove(byte[] key) {
        remove(key, options.durability());
    }

    /// Removes `key` with the given durability; see {@link KvsEngine#remove(byte[])}.
    public void remove(byte[] key, Durability durability) {
        InvalidKeyException.check(key);
        life.ensureWritable();
        try {
            delete(key, durability);
        } catch (StoreIoException e) {
            makeRoom(e);
            delete(key, durability);
        }
    }

    private void delete(byte[] key, Durability durability) {
        long keyHash = hash.of(key);
        Stripe stripe = keydir.stripeOf(keyHash);
        long tombstone;
        long sequence;
        stripe.lock();
        try {
            life.ensureOpen();
            long old = stripe.find(keyHash, key, readRecords);
            if (old == ABSENT || isTombstone(old)) {
                if (damage.undecidedSequence() >= 0) {
                    throw damage.undecided();
                }
                throw new KeyNotFoundException();
            }
            tombstone = log.appendTombstone(key, flags(durability));
            sequence = sequence(tombstone);
            unindex(stripe, keyHash, old, tombstone, durability);
        } catch (InternalError e) {
            throw life.unwritable(e);
        } finally {
            stripe.unlock();
        }
        if (durability == Durability.SYNC) {
            commit.await(sequence);
            forgetTombstone(stripe, keyHash, tombstone);
        }
    }

    @Override
    public boolean compareAndSet(byte[] key, byte @Nullable [] expected, byte @Nullable [] value) {
        return compareAndSet(key, expected, value, options.durability());
    }

    /// Changes the value of `key` if it is `expected`, with the given durability; see {@link
    /// KvsEngine#compareAndSet(byte[], byte[], byte[])}.
    public boolean compareAndSet(
            byte[] key,
            byte @Nullable [] expected,
            byte @Nullable [] value,
            Durability durability) {
        InvalidKeyException.check(key);
        if (value == null) {
            life.ensureWritable();
        } else {
            checkLength(key, value);
            life.beforeGrowth();
        }
        try {
            return exchange(key, expected, value, durability);
        } catch (StoreIoException e) {
            makeRoom(e);
            return exchange(key, expected, value, durability);
        }
    }

    private boolean exchange(
            byte[] key,
            byte @Nullable [] expected,
            byte @Nullable [] value,
            Durability durability) {
        long keyHash = hash.of(key);
        Stripe stripe = keydir.stripeOf(keyHash);
        long awaited;
        long tombstone = ABSENT;
        boolean equal;
        stripe.lock();
        try {
            life.ensureOpen();
            long old = stripe.find(keyHash, key, readRecords);
            awaited = awaitedSequence(old);
            equal = isValue(old, expected);
            if (equal && value != null) {
                long written = log.appendValue(key, value, flags(durability));
                awaited = durability == Durability.SYNC ? sequence(written) : awaited;
                index(stripe, keyHash, old, written);
            } else if (equal && expected != null) {
                tombstone = log.appendTombstone(key, flags(durability));
                awaited = durability == Durability.SYNC ? sequence(tombstone) : awaited;
                unindex(stripe, keyHash, old, tombstone, durability);
            }
        } catch (InternalError e) {
            throw life.unwritable(e);
        } finally {
            stripe.unlock();
        }
        if (awaited >= 0) {
            commit.await(awaited);
        }
        if (tombstone != ABSENT && durability == Durability.SYNC) {
            forgetTombstone(stripe, keyHash, tombstone);
        }
        return equal;
    }

    /// Returns the sequence number that must be durable before anybody learns of a record, or -1.
    private long awaitedSequence(long pointer) {
        boolean awaited =
                pointer != ABSENT && RecordHeader.has(header(pointer), RecordHeader.SYNCED_WRITE);
        return awaited ? sequence(pointer) : -1;
    }

    /// Returns whether the record at a pointer holds `value`; a null stands for an absent key.
    private boolean isValue(long pointer, byte @Nullable [] value) {
        if (damage.undecidedSequence() >= (pointer == ABSENT ? 0 : sequence(pointer))) {
            throw damage.undecided();
        }
        if (pointer == ABSENT || isTombstone(pointer)) {
            return value == null;
        }
        readRecords.verify(pointer);
        return value != null && segments.of(pointer).hasValue(LogPointer.offset(pointer), value);
    }

    @Override
    public List<Optional<byte[]>> getAll(List<byte[]> keys) {
        keys.forEach(InvalidKeyException::check);
        List<Optional<byte[]>> values = new ArrayList<>(keys.size());
        for (int from = 0; from < keys.size(); from += GET_ALL_BATCH) {
            List<byte[]> batch = keys.subList(from, Math.min(from + GET_ALL_BATCH, keys.size()));
            touch(batch);
            for (byte[] key : batch) {
                values.add(get(key));
            }
        }
        return values;
    }

    /// Brings what a get of each of these keys will read nearer to the processor, so that it waits
    /// for the memory of several at once.
    private void touch(List<byte[]> keys) {
        long[] hashes = new long[keys.size()];
        long words = 0;
        try {
            for (int i = 0; i < hashes.length; i++) {
                hashes[i] = hash.of(keys.get(i));
                words += keydir.stripeOf(hashes[i]).touch(hashes[i]);
            }
            for (long keyHash : hashes) {
                long pointer = keydir.stripeOf(keyHash).candidate(keyHash);
                words += pointer < 0 ? 0 : header(pointer);
            }
        } catch (IllegalStateException | InternalError e) {
            return; // Retired or closed meanwhile, or unreadable: the gets will find out.
        }
        Words.keep(words);
    }

    private static void checkLength(byte[] key, byte[] value) {
        int limit = RecordHeader.RECORD_MAX_BYTES - VALUE_OVERHEAD_BYTES - key.length;
        if (value.length > limit) {
            throw new EntryTooLargeException("the value", value.length, limit);
        }
    }

    @Override
    public void write(WriteBatch batch) {
        write(batch, options.durability());
    }

    /// Applies `batch` with the given durability; see {@link KvsEngine#write(WriteBatch)}.
    public void write(WriteBatch batch, Durability durability) {
        List<Operation> operations = batch.operations();
        if (operations.isEmpty()) {
            return;
        }
        BatchFrame frame = new BatchFrame(operations, flags(durability));
        life.beforeGrowth();
        try {
            apply(operations, frame, durability);
        } catch (StoreIoException e) {
            makeRoom(e);
            apply(operations, frame, durability);
        }
    }

    private void apply(List<Operation> operations, BatchFrame frame, Durability durability) {
        long[] hashes = new long[operations.size()];
        long stripes = 0;
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = hash.of(operations.get(i).key());
            stripes |= Keydir.stripeBit(hashes[i]);
        }
        keydir.lock(stripes);
        long start;
        long sequence;
        try {
            life.ensureOpen();
            start = log.appendBatch(frame);
            sequence = segments.of(start).baseSequence() + (LogPointer.offset(start) >>> 3);
            segments.of(start).addDead(RecordHeader.BATCH_BYTES);
            for (int i = 0; i < hashes.length; i++) {
                indexBatched(operations.get(i), hashes[i], pointer(start, frame, i), durability);
            }
        } catch (InternalError e) {
            throw life.unwritable(e);
        } finally {
            keydir.unlock(stripes);
        }
        if (durability == Durability.SYNC) {
            commit.await(sequence);
            for (int i = 0; i < hashes.length; i++) {
                if (operations.get(i).value() == null) {
                    forgetTombstone(
                            keydir.stripeOf(hashes[i]), hashes[i], pointer(start, frame, i));
                }
            }
        }
    }

    /// Frees space for a write that found the disk full, so that it can be tried again; throws what
    /// it met if nothing stale can be compacted away.
    private void makeRoom(StoreIoException met) {
        if (!life.makeRoom()) {
            throw met;
        }
    }

    @Override
    public void sync() {
        life.ensureOpen();
        commit.syncAll();
    }

    @Override
    public void compact() {
        life.compact();
    }

    @Override
    public long size() {
        life.ensureOpen();
        return keydir.keyCount();
    }

    /// Calls `visitor` for every entry; see {@link KvStore#forEach}.
    public void forEach(Visitor visitor) {
        life.forEach((segment, cursor) -> {
            long offset = cursor.offset();
            if (RecordHeader.kind(cursor.header()) != RecordHeader.VALUE) {
                return;
            }
            byte[] key = segment.key(offset, cursor.header());
            long keyHash = hash.of(key);
            long pointer = LogPointer.of(segment.number(), offset);
            if (keydir.stripeOf(keyHash).contains(keyHash, pointer)) {
                byte[] value = read(pointer, key);
                if (value != null) {
                    visitor.entry(key, value);
                }
            }
        });
    }

    /// Returns figures of the store.
    public StoreStats stats() {
        return life.stats(skippedWrites.sum());
    }

    /// Returns what opening found and did.
    public RecoveryReport recovery() {
        return life.report();
    }

    @Override
    public void close() {
        life.close();
    }

    /// Reads the record of `key` at a pointer; null for a tombstone.
    private byte @Nullable [] read(long pointer, byte[] key) {
        Segment segment = segments.of(pointer);
        long offset = LogPointer.offset(pointer);
        try {
            byte[] value = segment.read(offset, key);
            long header = segment.header(offset);
            if (RecordHeader.has(header, RecordHeader.SYNCED_WRITE)) {
                commit.await(segment.sequence(offset, header));
            }
            if (damage.undecidedSequence() >= segment.sequence(offset, header)) {
                throw damage.undecided();
            }
            return value;
        } catch (InternalError e) {
            throw segment.corruption(offset, "the device cannot read it: " + e.getMessage());
        }
    }

    /// Points the keydir at a new value. Needs the lock of the stripe.
    private void index(Stripe stripe, long keyHash, long old, long pointer) {
        if (old == ABSENT) {
            stripe.insert(keyHash, pointer);
            stripe.addKeys(1);
        } else {
            stripe.replace(keyHash, old, pointer);
            stripe.addKeys(retire(old) ? 0 : 1);
        }
    }

    /// Takes a removed key out of the keydir; under SYNC its tombstone stays until it is durable,
    /// so that readers wait for it. Needs the lock of the stripe.
    private void unindex(
            Stripe stripe, long keyHash, long old, long tombstone, Durability durability) {
        segments.of(tombstone).addTombstone(size(tombstone));
        if (durability == Durability.SYNC) {
            stripe.replace(keyHash, old, tombstone);
        } else {
            stripe.remove(keyHash, old);
        }
        stripe.addKeys(retire(old) ? -1 : 0);
    }

    private void indexBatched(
            Operation operation, long keyHash, long pointer, Durability durability) {
        Stripe stripe = keydir.stripeOf(keyHash);
        long old = stripe.find(keyHash, operation.key(), writeRecords);
        if (operation.value() != null) {
            index(stripe, keyHash, old, pointer);
        } else if (old != ABSENT) {
            unindex(stripe, keyHash, old, pointer, durability);
        } else {
            segments.of(pointer).addTombstone(size(pointer));
        }
    }

    private void forgetTombstone(Stripe stripe, long keyHash, long tombstone) {
        stripe.lock();
        try {
            stripe.remove(keyHash, tombstone);
        } finally {
            stripe.unlock();
        }
    }

    /// Counts a superseded record as dead; returns whether it was a value.
    private boolean retire(long pointer) {
        if (isTombstone(pointer)) {
            return false;
        }
        segments.of(pointer).addDead(size(pointer));
        return true;
    }

    private boolean isWritten(long pointer, byte[] value) {
        Segment segment = segments.of(pointer);
        long offset = LogPointer.offset(pointer);
        return segment.hasValue(offset, value) && segment.isWhole(offset);
    }

    private boolean isTombstone(long pointer) {
        return RecordHeader.kind(header(pointer)) == RecordHeader.TOMBSTONE;
    }

    private long size(long pointer) {
        return RecordHeader.size(header(pointer));
    }

    private long sequence(long pointer) {
        return segments.of(pointer).sequence(LogPointer.offset(pointer), header(pointer));
    }

    private long header(long pointer) {
        return segments.of(pointer).header(LogPointer.offset(pointer));
    }

    private static long pointer(long frameStart, BatchFrame frame, int index) {
        return LogPointer.of(
                LogPointer.segmentNumber(frameStart),
                LogPointer.offset(frameStart) + frame.offset(index));
    }

    private static int flags(Durability durability) {
        return durability == Durability.SYNC ? RecordHeader.SYNCED_WRITE : 0;
    }

    /// Records as a reader sees them: one that is damaged may be that of the key.
    private final class VerifiedRecords implements Records {
        @Override
        public boolean hasKey(long pointer, byte[] key) {
            return segments.hasKey(pointer, key);
        }

        @Override
        public void verify(long pointer) {
            Segment segment = segments.of(pointer);
            long offset = LogPointer.offset(pointer);
            if (!segment.isWhole(offset)) {
                throw segment.corruption(offset, "record checksum mismatch");
            }
        }
    }
}
