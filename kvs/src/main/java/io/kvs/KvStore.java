package io.kvs;

import io.kvs.backup.Restore;
import io.kvs.backup.ScheduledBackups;
import io.kvs.engine.Inspector;
import io.kvs.engine.LogStore;
import io.kvs.io.Folders;
import io.kvs.io.RealDisk;
import io.kvs.io.ThreadBackground;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A persistent key-value store in a directory.
///
/// ```java
/// try (KvStore store = KvStore.open(Path.of("data"))) {
///     store.set("key", "value");
///     Optional<String> value = store.get("key");
///     store.remove("key");
/// }
/// ```
///
/// Every write is appended to a log of segment files; an index in memory points into it (Bitcask:
/// Sheehy and Smith, 2010). Keys are 1 to 65 536 bytes, values 0 bytes to 1 GiB less the key and 32
/// bytes. Any number of threads may use one store; reads take no lock. One store object at a time
/// owns a directory.
public final class KvStore implements OrderedKvsEngine, ExpiringKvsEngine, DeferringKvsEngine {
    private final LogStore store;
    private final List<BackupSchedule> schedules = new CopyOnWriteArrayList<>();

    private KvStore(LogStore store) {
        this.store = store;
    }

    /// Opens the store in `directory` with the default options; see {@link #open(Path,
    /// KvsOptions)}.
    public static KvStore open(Path directory) {
        return open(directory, KvsOptions.defaults());
    }

    /// Opens the store in `directory`, and creates directory and store if there is none.
    ///
    /// On return everything that was acknowledged is there, as far as the durability it was written
    /// with promises; {@link #recovery()} tells what had to be done.
    ///
    /// @throws StoreLockedException another store object, here or in another process, owns it
    /// @throws StoreIoException no such parent directory, a file in its place, no permission, …
    /// @throws CorruptionException it is damaged so far that it cannot be relied on
    /// @throws UnsupportedFormatException it was written by another version
    public static KvStore open(Path directory, KvsOptions options) {
        RealDisk.createDirectory(directory);
        return new KvStore(
                LogStore.open(
                        new RealDisk(directory),
                        options,
                        new ThreadBackground(),
                        new SecureRandom()));
    }

    private static void createDurably(Path directory) {
        Path parent = directory.toAbsolutePath().getParent();
        boolean isNew = Files.notExists(directory);
        RealDisk.createDirectory(directory);
        try {
            if (isNew && parent != null) {
                new RealDisk(parent).syncDirectory();
            }
        } catch (IOException e) {
            throw new StoreIoException("cannot sync " + parent + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void set(byte[] key, byte[] value) {
        store.set(key, value);
    }

    /// Stores `value` under `key` with another durability than the store's default; see {@link
    /// KvsEngine#set(byte[], byte[])}.
    public void set(byte[] key, byte[] value, Durability durability) {
        store.set(key, value, durability);
    }

    @Override
    public void set(byte[] key, byte[] value, Duration timeToLive) {
        store.set(key, value, timeToLive);
    }

    /// Stores `value` under `key` for a time, with another durability than the store's default; see
    /// {@link ExpiringKvsEngine#set(byte[], byte[], Duration)}.
    public void set(byte[] key, byte[] value, Duration timeToLive, Durability durability) {
        store.set(key, value, timeToLive, durability);
    }

    @Override
    public Optional<Instant> expiry(byte[] key) {
        return store.expiry(key);
    }

    @Override
    public boolean expire(byte[] key, Duration timeToLive) {
        return store.expire(key, timeToLive);
    }

    @Override
    public boolean persist(byte[] key) {
        return store.persist(key);
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        return store.get(key);
    }

    /// Stores what a stream gives, to its end, under `key`, with the store's default durability;
    /// see {@link #set(byte[], InputStream, Durability)}.
    public void set(byte[] key, InputStream value) throws IOException {
        set(key, value, store.durability());
    }

    /// Stores what a stream gives, to its end, under `key`. Not more than a part of it is in memory
    /// at a time, and it may have any length that the disk has room for.
    ///
    /// A value that is longer than {@link KvsOptions#blobThresholdBytes()} gets a file of its own,
    /// which compaction does not copy; it is on stable storage on return, whatever the durability,
    /// which then says whether the key is. The change is atomic: readers, and whoever opens the
    /// store after a crash, find the value before or all of this one. It can also be read by {@link
    /// #get(byte[])}, if it fits into memory.
    ///
    /// @param value read to its end by this thread, and not closed
    /// @throws InvalidKeyException the key is empty or too long
    /// @throws StoreIoException it could not be written; the value before is still there
    /// @throws IOException `value` cannot be read; the value before is still there
    public void set(byte[] key, InputStream value, Durability durability) throws IOException {
        store.set(key, value, durability);
    }

    /// Stores what a stream gives under `key` for a time, with the store's default durability; see
    /// {@link #set(byte[], InputStream, Duration, Durability)}.
    public void set(byte[] key, InputStream value, Duration timeToLive) throws IOException {
        set(key, value, timeToLive, store.durability());
    }

    /// Stores what a stream gives, to its end, under `key` for a time that begins when the stream
    /// has been read; see {@link #set(byte[], InputStream, Durability)} and {@link
    /// ExpiringKvsEngine#set(byte[], byte[], Duration)}.
    ///
    /// @throws IllegalArgumentException the time is not positive, or longer than 100 years; nothing
    ///   was read
    public void set(byte[] key, InputStream value, Duration timeToLive, Durability durability)
            throws IOException {
        store.set(key, value, timeToLive, durability);
    }

    /// Opens the value of `key`, of whatever length and however it was written, to be read as a
    /// stream from its start to its end; empty if the key is absent.
    ///
    /// It gives the value that the key has now, also if that is overwritten meanwhile or the store
    /// closed; the space of the file is given back when it is closed. Each piece of it is verified
    /// before any of its bytes are returned: its methods throw {@link CorruptionException} where
    /// the value is damaged. Not safe for use by several threads at once.
    ///
    /// @throws InvalidKeyException the key is empty or too long
    /// @throws CorruptionException the record is damaged, or the file is missing
    public Optional<InputStream> stream(byte[] key) {
        return store.stream(key);
    }

    @Override
    public void remove(byte[] key) {
        store.remove(key);
    }

    /// Removes `key` with another durability than the store's default; see {@link
    /// KvsEngine#remove(byte[])}.
    public void remove(byte[] key, Durability durability) {
        store.remove(key, durability);
    }

    @Override
    public boolean compareAndSet(byte[] key, byte @Nullable [] expected, byte @Nullable [] value) {
        return store.compareAndSet(key, expected, value);
    }

    /// Changes the value of `key` if it is `expected`, with another durability than the store's
    /// default; see {@link KvsEngine#compareAndSet(byte[], byte[], byte[])}.
    public boolean compareAndSet(
            byte[] key,
            byte @Nullable [] expected,
            byte @Nullable [] value,
            Durability durability) {
        return store.compareAndSet(key, expected, value, durability);
    }

    @Override
    public boolean compareAndSet(
            byte[] key, byte @Nullable [] expected, byte[] value, Duration timeToLive) {
        return store.compareAndSet(key, expected, value, timeToLive);
    }

    @Override
    public List<Optional<byte[]>> getAll(List<byte[]> keys) {
        return store.getAll(keys);
    }

    @Override
    public void write(WriteBatch batch) {
        store.write(batch);
    }

    /// Applies `batch` with another durability than the store's default; see {@link
    /// KvsEngine#write(WriteBatch)}.
    public void write(WriteBatch batch, Durability durability) {
        store.write(batch, durability);
    }

    @Override
    public void sync() {
        store.sync();
    }

    /// Writes out what the write buffer holds ({@link KvsOptions#writeBufferBytes()}); on return
    /// every write that was acknowledged before has the durability that was asked for. Does nothing
    /// in a store without a buffer.
    ///
    /// With a buffer a plain set or remove under {@link Durability#PROCESS} is acknowledged when it
    /// is in there: every reader sees it, but it does not survive a kill of the process before it
    /// is written out. That happens when the buffer is full, when its oldest write is as old as
    /// {@link KvsOptions#writeBufferAge()}, in {@link #sync()} and {@link #close()}, and before
    /// everything that is not a plain set, remove or get: batches, compare-and-set, times to live,
    /// streams, transactions, scans, snapshots, backups, compaction, {@link #size()}, {@link
    /// #history}, and writes under {@link Durability#SYNC}, which never wait in the buffer. It is
    /// written as one batch, so what a kill takes back is always all writes since one of these
    /// moments: never one of them alone, and nothing that was acknowledged before the last call of
    /// this method. {@link #changes} tells of what was written out.
    ///
    /// @throws StoreIoException it could not be written, for example on a full disk; it stays in
    ///   the buffer, where it is read and tried again
    /// @throws StoreFailedException an earlier write or sync failed; close and reopen
    public void flush() {
        store.flush();
    }

    @Override
    public void compact() {
        store.compact();
    }

    @Override
    public long size() {
        return store.size();
    }

    @Override
    public Cursor scan(Scan scan) {
        return store.scan(scan);
    }

    @Override
    public Snapshot snapshot() {
        return store.snapshot();
    }

    /// Returns the changes after a number, in the order in which they were made: first what is in
    /// the log, then what is written from now on. To follow a store from its present state on, take
    /// a {@link Snapshot}, read it, and ask for the changes after its {@link Snapshot#sequence()}.
    ///
    /// Every subscriber gets all of them, from a thread of its own, and must not block it for long.
    /// A change is told when readers may see it, some milliseconds after it was made; one written
    /// with {@link Durability#SYNC} when it is on stable storage. Nothing is kept for a slow
    /// subscriber: it gets {@link ChangesGoneException} if compaction has gone past what it has not
    /// read yet, {@link CorruptionException} if the log is damaged there, and {@link
    /// StoreClosedException} when the store is closed.
    ///
    /// That a value expires is no change, and nobody is told when it does: the event of its write
    /// says when that will be, and is that of a removal if it has happened already.
    ///
    /// @param after the number of the last change that is known, or 0 for all
    public Flow.Publisher<ChangeEvent> changes(long after) {
        return store.changes(after);
    }

    @Override
    public Transaction begin() {
        return store.begin();
    }

    @Override
    public <T extends @Nullable Object> boolean defer(
            Supplier<T> operation, boolean mayWait, Outcome<? super T> outcome) {
        return store.defer(operation, mayWait, outcome);
    }

    /// Returns what the log still holds of `key` at this moment: every write of a value and every
    /// removal, the newest first; nothing if there was none. If the first one is a value, it is
    /// what {@link #get(byte[])} returns. A value that has expired counts as a removal.
    ///
    /// What compaction has dropped is gone, and compaction runs when it sees fit: this is for
    /// looking into a store, not for keeping versions. A value that was there already was usually
    /// not written again, see {@link KvsOptions#skipIdenticalWrites()}. All values are in memory at
    /// once.
    ///
    /// @throws InvalidKeyException the key is empty or too long
    /// @throws CorruptionException one of the records is damaged, or a record that is damaged may
    ///   be one of them; the message names file and offset
    public List<Version> history(byte[] key) {
        return store.history(key);
    }

    /// Makes a backup; see {@link #backup(Path, BackupProgress)}.
    public BackupReport backup(Path target) {
        return backup(target, (_, _) -> {});
    }

    /// Makes a copy of the store as it is at this moment, which opens as a store by itself. Reads,
    /// writes and compaction go on.
    ///
    /// It holds every write that was acknowledged before the call, whatever its durability, and no
    /// batch in part. On return all of it is on stable storage. On the same file system files that
    /// never change again are linked and only the end of the log is copied: that takes as long for
    /// a large store as for a small one, and backups of one store share what did not change between
    /// them. Elsewhere everything is copied.
    ///
    /// Shared files are as safe as a single one: a backup against the loss of the device belongs on
    /// another. The copy has the id of the store, so never move single files between the two.
    ///
    /// @param target an empty directory, or one that does not exist and is made
    /// @throws StoreIoException the target is not empty, the disk is full, …; nothing is left in it
    /// @throws StoreLockedException another backup is being written there
    public BackupReport backup(Path target, BackupProgress progress) {
        createDurably(target);
        return store.backup(new RealDisk(target), progress);
    }

    /// Takes backups from now on every `period` in directories below `directory` that are named by
    /// the time, and keeps the newest `kept` of them; see {@link #backup(Path, BackupProgress)}.
    ///
    /// It ends with this store, or when it is closed itself. The time of the newest backup that is
    /// there counts, so the store can be opened and closed meanwhile.
    ///
    /// @param directory made if it does not exist; of one schedule at a time
    /// @param period a second at least
    /// @param kept 1 at least
    /// @throws StoreLockedException another schedule uses the directory
    public BackupSchedule schedule(Path directory, Duration period, int kept) {
        return schedule(directory, period, kept, InstantSource.system());
    }

    /// Does the same by another clock.
    public BackupSchedule schedule(Path directory, Duration period, int kept, InstantSource clock) {
        createDurably(directory);
        BackupSchedule schedule =
                ScheduledBackups.start(
                        store::backup,
                        new Folders(directory),
                        period,
                        kept,
                        clock,
                        new ThreadBackground());
        schedules.add(schedule);
        return schedule;
    }

    /// Makes a store of a backup, with links where {@link #backup(Path, BackupProgress)} has them.
    /// The backup stays as it is.
    ///
    /// @param target an empty directory, or one that does not exist and is made
    /// @throws StoreIoException there is no backup, the target is not empty, the disk is full, …;
    ///   nothing is left in the target
    /// @throws CorruptionException the backup was not finished, or is damaged
    public static BackupReport restore(Path backup, Path target, BackupProgress progress) {
        ensureDirectory(backup);
        createDurably(target);
        return Restore.write(
                new RealDisk(backup), new RealDisk(target), progress, new SecureRandom());
    }

    /// Returns figures of the store in `directory` without owning it, also beside its owner.
    ///
    /// @throws StoreIoException there is no store, or it cannot be read
    public static StoreStats inspect(Path directory) {
        return inspector(directory).stats();
    }

    /// Reads everything in the store in `directory` and reports what is damaged, without owning or
    /// changing it, also beside its owner.
    ///
    /// @throws StoreIoException there is no store, or it cannot be read
    public static VerifyReport verify(Path directory) {
        return inspector(directory).verify();
    }

    private static Inspector inspector(Path directory) {
        ensureDirectory(directory);
        return new Inspector(new RealDisk(directory), new SecureRandom());
    }

    private static void ensureDirectory(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new StoreIoException("there is no directory " + directory, null);
        }
    }

    /// Returns figures of the store: keys, live and stale bytes, segments, amplification.
    public StoreStats stats() {
        return store.stats();
    }

    /// Returns what opening found and did.
    public RecoveryReport recovery() {
        return store.recovery();
    }

    @Override
    public void close() {
        schedules.forEach(BackupSchedule::close);
        store.close();
    }
}
