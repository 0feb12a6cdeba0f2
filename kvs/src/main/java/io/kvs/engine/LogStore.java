package io.kvs.engine;

import io.kvs.BackupProgress;
import io.kvs.BackupReport;
import io.kvs.ChangeEvent;
import io.kvs.ConflictException;
import io.kvs.CorruptionException;
import io.kvs.Cursor;
import io.kvs.Durability;
import io.kvs.EntryTooLargeException;
import io.kvs.ExpiringKvsEngine;
import io.kvs.InvalidKeyException;
import io.kvs.KeyNotFoundException;
import io.kvs.KvsEngine;
import io.kvs.KvsOptions;
import io.kvs.OrderedKvsEngine;
import io.kvs.RecoveryReport;
import io.kvs.Scan;
import io.kvs.Snapshot;
import io.kvs.StoreClosedException;
import io.kvs.StoreIoException;
import io.kvs.StoreStats;
import io.kvs.TimeToLive;
import io.kvs.Transaction;
import io.kvs.Version;
import io.kvs.WriteBatch;
import io.kvs.WriteBatch.Operation;
import io.kvs.blob.Blobs;
import io.kvs.commit.GroupCommit;
import io.kvs.commit.Log;
import io.kvs.format.BlobReference;
import io.kvs.format.RecordHeader;
import io.kvs.index.Index;
import io.kvs.index.Keydir;
import io.kvs.index.Keydir.Records;
import io.kvs.index.Keydir.Stripe;
import io.kvs.io.Background;
import io.kvs.io.Disk;
import io.kvs.recovery.Damage;
import io.kvs.run.DamagedRunException;
import io.kvs.run.Run;
import io.kvs.segment.BatchFrame;
import io.kvs.segment.LogPointer;
import io.kvs.segment.Place;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.Words;
import io.kvs.transaction.KeyInterval;
import io.kvs.transaction.KeyRead;
import io.kvs.transaction.OptimisticTransaction;
import io.kvs.transaction.ReadSet;
import io.kvs.transaction.Versioned;
import io.kvs.transaction.VersionedSnapshot;
import io.kvs.view.View;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The log-structured engine: the write path and the read path.
///
/// *Write*: under the lock of the key's stripe the old record is looked up, the new one is appended
/// to the {@link Log}, and the {@link Keydir} is pointed at it; then, for {@link Durability#SYNC},
/// the writer waits for the {@link GroupCommit} outside of the lock. *Read*: the keydir gives the
/// pointer, the segment the verified value; no lock. Everything else happens in {@link StoreLife}.
public final class LogStore implements OrderedKvsEngine, ExpiringKvsEngine {
    private static final int VALUE_OVERHEAD_BYTES =
            RecordHeader.BYTES + RecordHeader.SEQUENCE_BYTES + 12;
    private static final long ABSENT = -1;
    private static final int GET_ALL_BATCH = 64;

    private final KvsOptions options;
    private final StoreLife life;
    private final SegmentTable segments;
    private final Index index;
    private final Keydir keydir;
    private final Log log;
    private final GroupCommit commit;
    private final Damage damage;
    private final InstantSource clock;
    private final Blobs blobs;
    private final Records readRecords = new VerifiedRecords();
    private final Reading<byte[]> readValue = this::read;

    /// Records as a writer sees them: one that is damaged is not that of the key.
    private final Records writeRecords;

    private final LongAdder skippedWrites = new LongAdder();

    private LogStore(StoreLife life, KvsOptions options, InstantSource clock) {
        this.life = life;
        this.clock = clock;
        this.options = options;
        this.segments = life.segments();
        this.writeRecords = segments::hasKey;
        this.index = life.index();
        this.keydir = index.keydir();
        this.log = life.log();
        this.commit = life.commit();
        this.damage = life.damage();
        this.blobs = life.blobs();
    }

    /// Opens the store on a disk, with the clock of the system.
    public static LogStore open(
            Disk disk, KvsOptions options, Background background, RandomGenerator random) {
        return open(disk, options, background, random, InstantSource.system());
    }

    /// Opens the store on a disk.
    ///
    /// @param disk its directory
    /// @param options how it behaves
    /// @param background who runs the background work
    /// @param random where the id of a new store and the seed of the hash come from
    /// @param clock tells what has expired
    public static LogStore open(
            Disk disk,
            KvsOptions options,
            Background background,
            RandomGenerator random,
            InstantSource clock) {
        StoreLife life = StoreLife.open(disk, options, background, random, clock);
        return new LogStore(life, options, clock);
    }

    @Override
    public void set(byte[] key, byte[] value) {
        set(key, value, options.durability());
    }

    /// Stores `value` under `key` with the given durability; see {@link KvsEngine#set(byte[],
    /// byte[])}.
    public void set(byte[] key, byte[] value, Durability durability) {
        set(key, value, RecordHeader.NEVER, durability);
    }

    @Override
    public void set(byte[] key, byte[] value, Duration timeToLive) {
        set(key, value, timeToLive, options.durability());
    }

    /// Stores `value` under `key` for a time, with the given durability; see {@link
    /// ExpiringKvsEngine#set(byte[], byte[], Duration)}.
    public void set(byte[] key, byte[] value, Duration timeToLive, Durability durability) {
        TimeToLive.check(timeToLive);
        set(key, value, TimeToLive.expiryMillis(timeToLive, clock.millis()), durability);
    }

    private void set(byte[] key, byte[] value, long expiryMillis, Durability durability) {
        InvalidKeyException.check(key);
        checkLength(key, value);
        life.beforeGrowth();
        try {
            put(key, value, expiryMillis, RecordHeader.VALUE, durability);
        } catch (StoreIoException | DamagedRunException e) {
            retry(e, () -> put(key, value, expiryMillis, RecordHeader.VALUE, durability));
        }
    }

    /// Stores what a stream gives under `key`; see {@link io.kvs.KvStore#set(byte[], InputStream)}.
    ///
    /// @throws IOException the stream cannot be read
    public void set(byte[] key, InputStream value, Durability durability) throws IOException {
        InvalidKeyException.check(key);
        life.ensureOpen();
        byte[] start = value.readNBytes(options.blobThresholdBytes() + 1);
        if (start.length <= options.blobThresholdBytes()) {
            set(key, start, durability);
            return;
        }
        life.beforeGrowth();
        InputStream whole = new SequenceInputStream(new ByteArrayInputStream(start), value);
        BlobReference blob = life.writeBlob(whole);
        byte[] reference = blob.encode();
        try {
            try {
                put(key, reference, RecordHeader.NEVER, RecordHeader.BLOB, durability);
            } catch (StoreIoException | DamagedRunException e) {
                retry(
                        e,
                        () ->
                                put(
                                        key,
                                        reference,
                                        RecordHeader.NEVER,
                                        RecordHeader.BLOB,
                                        durability));
            }
        } catch (StoreIoException | StoreClosedException e) {
            blobs.delete(blob.id()); // Nothing refers to it.
            throw e;
        }
    }

    /// Returns the durability of writes that ask for none.
    public Durability durability() {
        return options.durability();
    }

    /// Opens the value of `key`; see {@link io.kvs.KvStore#stream}.
    public Optional<InputStream> stream(byte[] key) {
        return Optional.ofNullable(find(key, this::open));
    }

    private @Nullable InputStream open(long pointer, byte[] key) {
        byte[] stored = readStored(pointer, key);
        if (stored == null) {
            return null;
        }
        return isBlob(pointer)
                ? blobs.open(BlobReference.decode(stored))
                : new ByteArrayInputStream(stored);
    }

    private void put(byte[] key, byte[] value, long expiryMillis, int kind, Durability durability) {
        long keyHash = index.hash(key);
        Stripe stripe = keydir.stripeOf(keyHash);
        long sequence;
        stripe.lock();
        try {
            life.ensureOpen();
            long old = index.find(keyHash, key, writeRecords);
            if (old != ABSENT
                    && kind == RecordHeader.VALUE
                    && expiryMillis == RecordHeader.NEVER
                    && options.skipIdenticalWrites()
                    && isWritten(old, value)) {
                // Everything before this write is as durable as the write itself.
                sequence = log.lastSequence();
                skippedWrites.increment();
            } else {
                long pointer = log.appendValue(key, value, expiryMillis, flags(durability) | kind);
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
        return find(key, readValue);
    }

    /// What is read of a record.
    private interface Reading<T> {
        /// Returns it, or null if there is none.
        @Nullable T read(long pointer, byte[] key);
    }

    private <T> @Nullable T find(byte[] key, Reading<T> reading) {
        InvalidKeyException.check(key);
        long keyHash = index.hash(key);
        while (true) {
            life.ensureOpen();
            long pointer = ABSENT;
            try {
                pointer = index.findToRead(keyHash, key, readRecords);
                if (pointer == ABSENT) {
                    if (damage.undecidedSequence() >= 0) {
                        throw damage.undecided();
                    }
                    return null;
                }
                return reading.read(pointer, key);
            } catch (DamagedRunException e) {
                life.repair(e.run());
            } catch (IllegalStateException e) {
                Thread.onSpinWait(); // The segment was retired meanwhile: look again.
            } catch (CorruptionException e) {
                if (pointer == ABSENT || index.isNewest(keyHash, key, pointer)) {
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

    /// Removes `key` with the given durability; see {@link KvsEngine#remove(byte[])}. An expired
    /// value is removed as well, although its key counts as absent: then no clock brings it back.
    public void remove(byte[] key, Durability durability) {
        InvalidKeyException.check(key);
        life.ensureWritable();
        try {
            delete(key, durability);
        } catch (StoreIoException | DamagedRunException e) {
            retry(e, () -> delete(key, durability));
        }
    }

    private void delete(byte[] key, Durability durability) {
        long keyHash = index.hash(key);
        Stripe stripe = keydir.stripeOf(keyHash);
        long tombstone;
        long sequence;
        boolean expired;
        stripe.lock();
        try {
            life.ensureOpen();
            long old = index.find(keyHash, key, readRecords);
            if (old == ABSENT || isTombstone(old)) {
                if (damage.undecidedSequence() >= 0) {
                    throw damage.undecided();
                }
                throw new KeyNotFoundException();
            }
            expired = isExpired(old);
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
            index.forgetTombstone(keyHash, tombstone);
        }
        if (expired) {
            throw new KeyNotFoundException();
        }
    }

    @Override
    public Optional<Instant> expiry(byte[] key) {
        return Optional.ofNullable(find(key, this::readExpiry));
    }

    @Override
    public boolean expire(byte[] key, Duration timeToLive) {
        TimeToLive.check(timeToLive);
        return changeExpiry(key, TimeToLive.expiryMillis(timeToLive, clock.millis()));
    }

    @Override
    public boolean persist(byte[] key) {
        return changeExpiry(key, RecordHeader.NEVER);
    }

    /// Writes a value once more with another expiry; returns false if there is nothing to change.
    private boolean changeExpiry(byte[] key, long expiryMillis) {
        InvalidKeyException.check(key);
        life.beforeGrowth();
        try {
            return rewrite(key, expiryMillis, options.durability());
        } catch (StoreIoException | DamagedRunException e) {
            boolean[] changed = new boolean[1];
            retry(e, () -> changed[0] = rewrite(key, expiryMillis, options.durability()));
            return changed[0];
        }
    }

    private boolean rewrite(byte[] key, long expiryMillis, Durability durability) {
        long keyHash = index.hash(key);
        Stripe stripe = keydir.stripeOf(keyHash);
        long awaited;
        boolean changes;
        stripe.lock();
        try {
            life.ensureOpen();
            long old = index.find(keyHash, key, readRecords);
            awaited = awaitedSequence(old);
            changes =
                    !isValue(old, null)
                            && (expiryMillis != RecordHeader.NEVER
                                    || RecordHeader.has(header(old), RecordHeader.EXPIRING));
            if (changes) {
                byte[] stored = segments.of(old).read(LogPointer.offset(old), key);
                byte[] value = Objects.requireNonNull(stored);
                int kind = RecordHeader.kind(header(old));
                long written =
                        log.appendValue(
                                key,
                                kind == RecordHeader.BLOB ? copyBlob(value) : value,
                                expiryMillis,
                                flags(durability) | kind);
                awaited = durability == Durability.SYNC ? sequence(written) : awaited;
                index(stripe, keyHash, old, written);
            }
        } catch (InternalError e) {
            throw life.unwritable(e);
        } finally {
            stripe.unlock();
        }
        if (awaited >= 0) {
            commit.await(awaited);
        }
        return changes;
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
        return change(key, expected, value, RecordHeader.NEVER, durability);
    }

    @Override
    public boolean compareAndSet(
            byte[] key, byte @Nullable [] expected, byte[] value, Duration timeToLive) {
        TimeToLive.check(timeToLive);
        long expiryMillis = TimeToLive.expiryMillis(timeToLive, clock.millis());
        return change(key, expected, value, expiryMillis, options.durability());
    }

    private boolean change(
            byte[] key,
            byte @Nullable [] expected,
            byte @Nullable [] value,
            long expiryMillis,
            Durability durability) {
        InvalidKeyException.check(key);
        if (value == null) {
            life.ensureWritable();
        } else {
            checkLength(key, value);
            life.beforeGrowth();
        }
        try {
            return exchange(key, expected, value, expiryMillis, durability);
        } catch (StoreIoException | DamagedRunException e) {
            boolean[] changed = new boolean[1];
            retry(e, () -> changed[0] = exchange(key, expected, value, expiryMillis, durability));
            return changed[0];
        }
    }

    private boolean exchange(
            byte[] key,
            byte @Nullable [] expected,
            byte @Nullable [] value,
            long expiryMillis,
            Durability durability) {
        long keyHash = index.hash(key);
        Stripe stripe = keydir.stripeOf(keyHash);
        long awaited;
        long tombstone = ABSENT;
        boolean equal;
        stripe.lock();
        try {
            life.ensureOpen();
            long old = index.find(keyHash, key, readRecords);
            awaited = awaitedSequence(old);
            equal = isValue(old, expected);
            if (equal && value != null) {
                long written = log.appendValue(key, value, expiryMillis, flags(durability));
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
            index.forgetTombstone(keyHash, tombstone);
        }
        return equal;
    }

    /// Copies a blob, since each belongs to one record; returns the reference to the copy.
    private byte[] copyBlob(byte[] reference) {
        try (InputStream value = blobs.open(BlobReference.decode(reference))) {
            return life.writeBlob(value).encode();
        } catch (IOException e) {
            throw new StoreIoException("cannot read a blob: " + e.getMessage(), e);
        }
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
        if (isExpired(pointer)) {
            return value == null;
        }
        Segment segment = segments.of(pointer);
        long offset = LogPointer.offset(pointer);
        return value != null
                && (isBlob(pointer)
                        ? blobs.hasValue(segment, offset, value)
                        : segment.hasValue(offset, value));
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
                hashes[i] = index.hash(keys.get(i));
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
        BatchFrame frame = new BatchFrame(operations, flags(durability), clock.millis());
        life.beforeGrowth();
        try {
            apply(operations, frame, durability);
        } catch (StoreIoException | DamagedRunException e) {
            retry(e, () -> apply(operations, frame, durability));
        }
    }

    private void apply(List<Operation> operations, BatchFrame frame, Durability durability) {
        apply(operations, frame, durability, 0, () -> {});
    }

    /// Applies a batch.
    ///
    /// @param alsoLocked stripes to be locked besides those of the batch
    /// @param check called when all are locked; throws if nothing is to be written
    private void apply(
            List<Operation> operations,
            BatchFrame frame,
            Durability durability,
            long alsoLocked,
            Runnable check) {
        long[] hashes = new long[operations.size()];
        long stripes = alsoLocked;
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = index.hash(operations.get(i).key());
            stripes |= Keydir.stripeBit(hashes[i]);
        }
        keydir.lock(stripes);
        long start;
        long sequence;
        try {
            life.ensureOpen();
            check.run();
            long[] listed = findListed(operations, hashes);
            start = log.appendBatch(frame);
            sequence = segments.of(start).baseSequence() + (LogPointer.offset(start) >>> 3);
            segments.of(start).addDead(RecordHeader.BATCH_BYTES);
            for (int i = 0; i < hashes.length; i++) {
                long pointer = pointer(start, frame, i);
                indexBatched(operations.get(i), hashes[i], listed[i], pointer, durability);
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
                    index.forgetTombstone(hashes[i], pointer(start, frame, i));
                }
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
                            : index.find(hashes[i], operations.get(i).key(), writeRecords);
        }
        return pointers;
    }

    /// Does a write again that has written nothing: because it found the disk full, after space was
    /// freed, once; or because it met a damaged run, after that was made anew.
    private void retry(RuntimeException met, Runnable write) {
        RuntimeException reason = met;
        boolean roomMade = false;
        while (true) {
            if (reason instanceof DamagedRunException damaged) {
                life.repair(damaged.run());
            } else if (roomMade || !life.makeRoom()) {
                throw reason;
            } else {
                roomMade = true;
            }
            try {
                write.run();
                return;
            } catch (StoreIoException | DamagedRunException e) {
                reason = e;
            }
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
        return life.keyCount();
    }

    @Override
    public Cursor scan(Scan scan) {
        View view = takeView();
        return new LogCursor(this, view, scan, clock.millis(), life::ensureOpen, view::close);
    }

    @Override
    public Snapshot snapshot() {
        return takeSnapshot();
    }

    @Override
    public Transaction begin() {
        return new OptimisticTransaction(takeSnapshot(), this::commit);
    }

    private LogSnapshot takeSnapshot() {
        return new LogSnapshot(this, takeView(), clock.millis());
    }

    /// Returns the changes after a number; see {@link io.kvs.KvStore#changes}.
    public Flow.Publisher<ChangeEvent> changes(long after) {
        return subscriber ->
                life.feed(
                        Objects.requireNonNull(subscriber),
                        after,
                        new LogWalk(segments, log, after + 1),
                        this::visibleEnd,
                        clock);
    }

    /// Returns the sequence number before which every record is complete, in the index, and may be
    /// seen.
    private long visibleEnd() {
        life.ensureOpen();
        long end = log.lastSequence() + 1;
        keydir.awaitWriters();
        if (log.isSyncing()) {
            commit.await(end - 1);
        }
        return end;
    }

    /// Returns what the log still holds of a key, the newest first; see {@link
    /// io.kvs.KvStore#history(byte[])}.
    public List<Version> history(byte[] key) {
        InvalidKeyException.check(key);
        try (View view = takeView()) {
            if (damage.undecidedSequence() >= 0) {
                throw damage.undecided();
            }
            return new KeyHistory(this, view, key, clock.millis()).read();
        }
    }

    /// Makes a copy of the store as it is now; see {@link io.kvs.KvStore#backup(java.nio.file.Path,
    /// BackupProgress)}.
    ///
    /// @param target an empty directory
    public BackupReport backup(Disk target, BackupProgress progress) {
        try (View view = takeView()) {
            return life.backup(view, target, progress);
        } catch (IllegalStateException | InternalError e) {
            throw unusable(e);
        }
    }

    /// Takes a view of the present. What it shows must not be lost any more where that was
    /// promised.
    private View takeView() {
        life.ensureOpen();
        View view = life.view();
        if (view.isOpen() && log.isSyncing()) {
            try {
                commit.await(view.sequence() - 1);
            } catch (RuntimeException e) {
                view.close();
                throw e;
            }
        }
        return view;
    }

    Blobs blobs() {
        return blobs;
    }

    /// Does nothing if the store is open; see {@link StoreLife#ensureOpen}.
    void ensureOpen() {
        life.ensureOpen();
    }

    /// Returns what a view has of a key, or null.
    ///
    /// @param takenMillis the time at which a value has expired or not
    @Nullable Versioned find(View view, byte[] key, long takenMillis) {
        while (true) {
            try {
                long pointer = pointerBefore(view.sequence(), key);
                if (pointer != ABSENT) {
                    try {
                        return version(place(pointer), key, takenMillis);
                    } catch (IllegalStateException | CorruptionException e) {
                        // Most likely the record was moved meanwhile: the view has what it needs.
                    }
                }
                Place place = view.find(key);
                if (place == null && damage.undecidedSequence() >= 0) {
                    throw damage.undecided();
                }
                return place == null ? null : version(place, key, takenMillis);
            } catch (DamagedRunException e) {
                withoutRun(view, new CorruptionException(e.run().path(), 0, "damaged"));
            } catch (IllegalStateException | InternalError e) {
                throw unusable(e);
            }
        }
    }

    /// Returns the pointer to the newest record of a key if it is in the keydir and has a sequence
    /// number below `before`: then nothing has been written since. Else -1.
    private long pointerBefore(long before, byte[] key) {
        long keyHash = index.hash(key);
        try {
            long pointer = keydir.stripeOf(keyHash).find(keyHash, key, segments::hasKey);
            return pointer != ABSENT && sequence(pointer) < before ? pointer : ABSENT;
        } catch (IllegalStateException e) {
            life.ensureOpen();
            return ABSENT; // A segment was retired meanwhile.
        }
    }

    private Place place(long pointer) {
        return new Place(segments.of(pointer), LogPointer.offset(pointer));
    }

    private @Nullable Versioned version(Place place, byte[] key, long takenMillis) {
        long sequence = sequence(place);
        if (damage.undecidedSequence() >= sequence) {
            throw damage.undecided();
        }
        byte[] value = readRecord(place, key);
        long expiryMillis = expiry(place);
        return value == null || expiryMillis <= takenMillis
                ? null
                : new Versioned(value, sequence, expiryMillis);
    }

    /// Reads the value that a cursor is at.
    byte[] readScanned(Place place, byte[] key) {
        try {
            byte[] value = readRecord(place, key);
            if (damage.undecidedSequence() >= sequence(place)) {
                throw damage.undecided();
            }
            if (value == null) {
                throw place.segment().corruption(place.offset(), "a tombstone, not a value");
            }
            return value;
        } catch (IllegalStateException | InternalError e) {
            throw unusable(e);
        }
    }

    /// Reads when the value that a cursor is at expires.
    Optional<Instant> readScannedExpiry(Place place) {
        try {
            long expiryMillis = expiry(place);
            if (expiryMillis == RecordHeader.NEVER) {
                return Optional.empty();
            }
            if (!place.segment().isWhole(place.offset())) {
                throw place.segment().corruption(place.offset(), "record checksum mismatch");
            }
            return Optional.of(Instant.ofEpochMilli(expiryMillis));
        } catch (IllegalStateException | InternalError e) {
            throw unusable(e);
        }
    }

    private byte @Nullable [] readRecord(Place place, byte[] key) {
        return blobs.read(place.segment(), place.offset(), key);
    }

    /// Does without a run of a view in which damage was found, and has it made anew.
    ///
    /// @throws CorruptionException the damage is not in a run
    void withoutRun(View view, CorruptionException damaged) {
        Run run = view.dropRun(damaged.file());
        if (run == null) {
            throw damaged;
        }
        life.repair(run);
    }

    /// Makes the error for a mapping that was closed or cannot be read.
    RuntimeException unusable(Throwable e) {
        life.ensureOpen();
        return e instanceof InternalError page ? life.unreadable(page) : (IllegalStateException) e;
    }

    /// Commits a transaction: checks what it has read and applies its batch under the same locks.
    private void commit(VersionedSnapshot snapshot, ReadSet reads, WriteBatch writes) {
        LogSnapshot taken = (LogSnapshot) snapshot;
        View view = taken.view();
        List<Operation> operations = writes.operations();
        int flags = flags(options.durability());
        BatchFrame frame = new BatchFrame(operations, flags, clock.millis());
        life.beforeGrowth();
        LogWalk walk = new LogWalk(segments, log, view.sequence());
        if (!reads.intervals().isEmpty()) {
            // Most of the log since then is looked at before anybody has to wait.
            long tail = log.lastSequence() + 1;
            keydir.awaitWriters();
            checkIntervals(walk, tail, reads.intervals());
        }
        long stripes = stripesOf(reads);
        Runnable check = () -> check(walk, reads, taken.takenMillis());
        try {
            apply(operations, frame, options.durability(), stripes, check);
        } catch (StoreIoException | DamagedRunException e) {
            retry(e, () -> apply(operations, frame, options.durability(), stripes, check));
        }
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
            long pointer = index.find(index.hash(read.key()), read.key(), readRecords);
            if (damage.undecidedSequence() >= (pointer == ABSENT ? 0 : sequence(pointer))) {
                throw damage.undecided();
            }
            boolean absent =
                    pointer == ABSENT || isTombstone(pointer) || isExpired(pointer, takenMillis);
            if (read.version() != (absent ? KeyRead.ABSENT : sequence(pointer))) {
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

    private static long expiry(Place place) {
        return place.segment().expiry(place.offset(), place.header());
    }

    private long sequence(Place place) {
        return place.segment().sequence(place.offset(), place.header());
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

    /// Reads when the value of `key` at a pointer expires; null if it does not, or is none.
    private @Nullable Instant readExpiry(long pointer, byte[] key) {
        boolean absent = read(pointer, key) == null;
        long expiryMillis =
                segments.of(pointer).expiry(LogPointer.offset(pointer), header(pointer));
        return absent || expiryMillis == RecordHeader.NEVER
                ? null
                : Instant.ofEpochMilli(expiryMillis);
    }

    /// Reads the value of `key` at a pointer; null for a tombstone and an expired value.
    private byte @Nullable [] read(long pointer, byte[] key) {
        byte[] stored = readStored(pointer, key);
        return stored != null && stored.length == BlobReference.BYTES && isBlob(pointer)
                ? blobs.read(stored)
                : stored;
    }

    /// Reads what the record of `key` at a pointer holds: the value, or a reference to a blob.
    private byte @Nullable [] readStored(long pointer, byte[] key) {
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
            boolean expires = RecordHeader.has(header, RecordHeader.EXPIRING);
            return expires && segment.expiry(offset, header) <= clock.millis() ? null : value;
        } catch (InternalError e) {
            throw segment.corruption(offset, "the device cannot read it: " + e.getMessage());
        }
    }

    /// Points the keydir at a new value. Needs the lock of the stripe.
    private void index(Stripe stripe, long keyHash, long old, long pointer) {
        index.put(keyHash, old, pointer);
        stripe.addKeys(old != ABSENT && retire(old) ? 0 : 1);
        long header = header(pointer);
        if (RecordHeader.has(header, RecordHeader.EXPIRING)) {
            Segment segment = segments.of(pointer);
            segment.addExpiring(LogPointer.offset(pointer), header, clock.millis());
        }
    }

    /// Notes that a key has been removed; under SYNC its tombstone stays in the keydir until it is
    /// durable, so that readers wait for it. Needs the lock of the stripe.
    private void unindex(
            Stripe stripe, long keyHash, long old, long tombstone, Durability durability) {
        segments.of(tombstone).addTombstone(size(tombstone));
        index.remove(keyHash, old, tombstone, durability == Durability.SYNC);
        stripe.addKeys(retire(old) ? -1 : 0);
    }

    private void indexBatched(
            Operation operation, long keyHash, long listed, long pointer, Durability durability) {
        Stripe stripe = keydir.stripeOf(keyHash);
        long known = stripe.find(keyHash, operation.key(), writeRecords);
        long old = known == ABSENT ? listed : known;
        if (operation.value() != null) {
            index(stripe, keyHash, old, pointer);
        } else if (old != ABSENT) {
            unindex(stripe, keyHash, old, pointer, durability);
        } else {
            index.noteAbsent(keyHash);
            segments.of(pointer).addTombstone(size(pointer));
        }
    }

    /// Counts a superseded record as dead; returns whether it was a value.
    private boolean retire(long pointer) {
        long header = header(pointer);
        if (RecordHeader.kind(header) == RecordHeader.TOMBSTONE) {
            return false;
        }
        boolean expires = RecordHeader.has(header, RecordHeader.EXPIRING);
        long offset = LogPointer.offset(pointer);
        segments.of(pointer).addDead(offset, header, expires ? clock.millis() : 0);
        return true;
    }

    private boolean isWritten(long pointer, byte[] value) {
        Segment segment = segments.of(pointer);
        long offset = LogPointer.offset(pointer);
        return segment.hasValue(offset, value)
                && !RecordHeader.has(segment.header(offset), RecordHeader.EXPIRING)
                && segment.isWhole(offset);
    }

    /// Returns whether the record at a pointer has expired.
    private boolean isExpired(long pointer) {
        boolean expires = RecordHeader.has(header(pointer), RecordHeader.EXPIRING);
        return expires && isExpired(pointer, clock.millis());
    }

    private boolean isExpired(long pointer, long atMillis) {
        return segments.of(pointer)
                .isExpired(LogPointer.offset(pointer), header(pointer), atMillis);
    }

    private boolean isBlob(long pointer) {
        return RecordHeader.kind(header(pointer)) == RecordHeader.BLOB;
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
