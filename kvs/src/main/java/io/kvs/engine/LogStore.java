package io.kvs.engine;

import io.kvs.BackupProgress;
import io.kvs.BackupReport;
import io.kvs.ChangeEvent;
import io.kvs.Cursor;
import io.kvs.DeferringKvsEngine;
import io.kvs.Durability;
import io.kvs.ExpiringKvsEngine;
import io.kvs.InvalidKeyException;
import io.kvs.KvsEngine;
import io.kvs.KvsOptions;
import io.kvs.OrderedKvsEngine;
import io.kvs.RecoveryReport;
import io.kvs.Scan;
import io.kvs.Snapshot;
import io.kvs.StoreStats;
import io.kvs.StoreStats.BufferStats;
import io.kvs.StoreStats.CacheStats;
import io.kvs.TimeToLive;
import io.kvs.Transaction;
import io.kvs.Version;
import io.kvs.WriteBatch;
import io.kvs.WriteBatch.Operation;
import io.kvs.buffer.WriteBuffer;
import io.kvs.buffer.WriteBuffer.Closing;
import io.kvs.format.RecordHeader;
import io.kvs.io.Background;
import io.kvs.io.Disk;
import io.kvs.transaction.OptimisticTransaction;
import io.kvs.transaction.ReadSet;
import io.kvs.transaction.VersionedSnapshot;
import io.kvs.view.View;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The log-structured engine: hands each operation to the path that does it.
///
/// {@link Reads} finds values, perhaps behind {@link CachedReads}; {@link Writes}, {@link
/// Exchanges}, {@link Batches} and {@link Streams} append them, {@link Views} shows the store at a
/// moment, and {@link Commits} ends transactions. Where there is a {@link WriteBuffer}, plain
/// operations go through it, and all others while it is closed. Everything else happens in {@link
/// StoreLife}.
public final class LogStore implements OrderedKvsEngine, ExpiringKvsEngine, DeferringKvsEngine {
    private static final Closing NO_BUFFER = () -> {};

    private final Durability durability;
    private final StoreLife life;
    private final InstantSource clock;
    private final Reads reads;
    private final MultiGet multiGet;
    private final @Nullable CachedReads cachedReads;
    private final Writes writes;
    private final Exchanges exchanges;
    private final Batches batches;
    private final Streams streams;
    private final Views views;
    private final Commits commits;
    private final @Nullable WriteBuffer buffer;

    private LogStore(StoreLife life, Disk disk, KvsOptions options, InstantSource clock) {
        this.durability = options.durability();
        this.life = life;
        this.clock = clock;
        LogRecords records = new LogRecords(life.segments(), clock);
        IndexUpdate update = new IndexUpdate(records, clock, life.index());
        Retries retries = new Retries(life);
        this.reads = new Reads(life, records, clock);
        this.multiGet = new MultiGet(reads, records, life.index(), life.sections());
        this.cachedReads =
                options.valueCacheBytes() == 0
                        ? null
                        : new CachedReads(
                                life, records, reads, clock, disk, options.valueCacheBytes());
        this.writes = new Writes(life, records, update, retries, options);
        this.exchanges = new Exchanges(life, records, update, retries);
        this.batches = new Batches(life, records, update, retries, clock);
        this.streams = new Streams(life, writes, options.blobThresholdBytes());
        this.views = new Views(life, records);
        this.commits = new Commits(life, records, batches, clock, durability);
        PlainWrites plain = new PlainWrites(life, reads, cachedReads, writes, batches);
        this.buffer = life.writeBuffer(plain, options);
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
        return new LogStore(life, disk, options, clock);
    }

    /// Returns the durability of writes that ask for none.
    public Durability durability() {
        return durability;
    }

    @Override
    public void set(byte[] key, byte[] value) {
        set(key, value, durability);
    }

    /// Stores `value` under `key` with the given durability; see {@link KvsEngine#set(byte[],
    /// byte[])}.
    public void set(byte[] key, byte[] value, Durability durability) {
        if (buffer == null) {
            writes.set(key, value, RecordHeader.NEVER, durability);
        } else if (durability == Durability.PROCESS) {
            buffer.set(key, value);
        } else {
            try (Closing _ = buffer.closing()) {
                writes.set(key, value, RecordHeader.NEVER, durability);
            }
        }
    }

    @Override
    public void set(byte[] key, byte[] value, Duration timeToLive) {
        set(key, value, timeToLive, durability);
    }

    /// Stores `value` under `key` for a time, with the given durability; see {@link
    /// ExpiringKvsEngine#set(byte[], byte[], Duration)}.
    public void set(byte[] key, byte[] value, Duration timeToLive, Durability durability) {
        long expiryMillis = expiryMillis(timeToLive);
        try (Closing _ = closing()) {
            writes.set(key, value, expiryMillis, durability);
        }
    }

    /// Stores what a stream gives under `key`; see {@link io.kvs.KvStore#set(byte[], InputStream)}.
    ///
    /// @throws IOException the stream cannot be read
    public void set(byte[] key, InputStream value, Durability durability) throws IOException {
        setStream(key, value, () -> RecordHeader.NEVER, durability);
    }

    /// Stores what a stream gives under `key` for a time; see {@link io.kvs.KvStore#set(byte[],
    /// InputStream, Duration)}.
    ///
    /// @throws IOException the stream cannot be read
    public void set(byte[] key, InputStream value, Duration timeToLive, Durability durability)
            throws IOException {
        TimeToLive.check(timeToLive);
        setStream(key, value, () -> expiryMillis(timeToLive), durability);
    }

    private void setStream(
            byte[] key, InputStream value, Streams.Expiry expiry, Durability durability)
            throws IOException {
        try (Closing _ = closing()) {
            streams.set(key, value, expiry, durability);
        }
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        return Optional.ofNullable(find(key));
    }

    /// Returns a copy of the value of `key`, or null; see {@link KvsEngine#get(byte[])}.
    public byte @Nullable [] find(byte[] key) {
        if (buffer != null) {
            return buffer.find(key);
        }
        return cachedReads == null ? reads.find(key) : cachedReads.find(key);
    }

    @Override
    public List<Optional<byte[]>> getAll(List<byte[]> keys) {
        if (buffer != null && !buffer.isEmpty()) {
            return keys.stream().map(this::get).toList();
        }
        return cachedReads == null ? multiGet.get(keys) : cachedReads.getAll(keys);
    }

    /// Opens the value of `key`; see {@link io.kvs.KvStore#stream}.
    public Optional<InputStream> stream(byte[] key) {
        try (Closing _ = closing()) {
            return Optional.ofNullable(reads.stream(key));
        }
    }

    @Override
    public void remove(byte[] key) {
        remove(key, durability);
    }

    /// Removes `key` with the given durability; see {@link KvsEngine#remove(byte[])}.
    public void remove(byte[] key, Durability durability) {
        if (buffer != null && durability == Durability.PROCESS) {
            buffer.remove(key);
            return;
        }
        try (Closing _ = closing()) {
            writes.remove(key, durability);
        }
    }

    @Override
    public Optional<Instant> expiry(byte[] key) {
        try (Closing _ = closing()) {
            return Optional.ofNullable(reads.expiry(key));
        }
    }

    @Override
    public boolean expire(byte[] key, Duration timeToLive) {
        try (Closing _ = closing()) {
            return exchanges.changeExpiry(key, expiryMillis(timeToLive), durability);
        }
    }

    @Override
    public boolean persist(byte[] key) {
        try (Closing _ = closing()) {
            return exchanges.changeExpiry(key, RecordHeader.NEVER, durability);
        }
    }

    private long expiryMillis(Duration timeToLive) {
        TimeToLive.check(timeToLive);
        return TimeToLive.expiryMillis(timeToLive, clock.millis());
    }

    @Override
    public boolean compareAndSet(byte[] key, byte @Nullable [] expected, byte @Nullable [] value) {
        return compareAndSet(key, expected, value, durability);
    }

    /// Changes the value of `key` if it is `expected`, with the given durability; see {@link
    /// KvsEngine#compareAndSet(byte[], byte[], byte[])}.
    public boolean compareAndSet(
            byte[] key,
            byte @Nullable [] expected,
            byte @Nullable [] value,
            Durability durability) {
        try (Closing _ = closing()) {
            return exchanges.compareAndSet(key, expected, value, RecordHeader.NEVER, durability);
        }
    }

    @Override
    public boolean compareAndSet(
            byte[] key, byte @Nullable [] expected, byte[] value, Duration timeToLive) {
        try (Closing _ = closing()) {
            return exchanges.compareAndSet(
                    key, expected, value, expiryMillis(timeToLive), durability);
        }
    }

    @Override
    public void write(WriteBatch batch) {
        write(batch, durability);
    }

    /// Applies `batch` with the given durability; see {@link KvsEngine#write(WriteBatch)}.
    public void write(WriteBatch batch, Durability durability) {
        List<Operation> operations = batch.operations();
        if (!operations.isEmpty()) {
            try (Closing _ = closing()) {
                batches.write(operations, durability);
            }
        }
    }

    @Override
    public void sync() {
        flush();
        life.ensureOpen();
        life.commit().acknowledge(life.log().lastSequence());
        life.ensureWritable();
    }

    @Override
    public void compact() {
        flush();
        life.compact();
    }

    @Override
    public long size() {
        try (Closing _ = closing()) {
            return life.keyCount();
        }
    }

    @Override
    public Cursor scan(Scan scan) {
        View view = takeView();
        return new LogCursor(
                views, view, scan, clock.millis(), life::ensureOpen, view::closeQuickly);
    }

    @Override
    public Snapshot snapshot() {
        return takeSnapshot();
    }

    @Override
    public Transaction begin() {
        return new OptimisticTransaction(takeSnapshot(), this::commit);
    }

    private void commit(VersionedSnapshot snapshot, ReadSet read, WriteBatch written) {
        try (Closing _ = closing()) {
            commits.commit(snapshot, read, written);
        }
    }

    private LogSnapshot takeSnapshot() {
        return new LogSnapshot(views, takeView(), clock.millis());
    }

    private View takeView() {
        try (Closing _ = closing()) {
            return views.take();
        }
    }

    /// Returns the changes after a number; see {@link io.kvs.KvStore#changes}.
    public Flow.Publisher<ChangeEvent> changes(long after) {
        return subscriber ->
                life.feed(
                        Objects.requireNonNull(subscriber),
                        after,
                        new LogWalk(life.segments(), life.log(), after + 1),
                        views::visibleEnd,
                        clock);
    }

    /// Returns what the log still holds of a key, the newest first; see {@link
    /// io.kvs.KvStore#history(byte[])}.
    public List<Version> history(byte[] key) {
        InvalidKeyException.check(key);
        try (View view = takeView()) {
            views.ensureDecided();
            return new KeyHistory(views, view, key, clock.millis()).read();
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
            throw views.unusable(e);
        }
    }

    @Override
    public <T extends @Nullable Object> boolean defer(
            Supplier<T> operation, boolean mayWait, Outcome<? super T> outcome) {
        return (mayWait || !life.isBusy()) && life.answers().begin(operation, mayWait, outcome);
    }

    /// Returns figures of the store.
    public StoreStats stats() {
        CacheStats cache = cachedReads == null ? CacheStats.NONE : cachedReads.stats();
        BufferStats buffered = buffer == null ? BufferStats.NONE : buffer.stats();
        return life.stats(writes.skipped(), cache, buffered);
    }

    /// Returns what opening found and did.
    public RecoveryReport recovery() {
        return life.report();
    }

    /// Writes out what the write buffer holds; see {@link io.kvs.KvStore#flush()}.
    public void flush() {
        if (buffer != null) {
            buffer.flush();
        }
    }

    /// Closes the write buffer, if there is one, for whatever else is done with the store.
    private Closing closing() {
        return buffer == null ? NO_BUFFER : buffer.closing();
    }

    @Override
    public void close() {
        try {
            if (buffer != null) {
                buffer.close();
            }
        } finally {
            life.close();
        }
    }
}
