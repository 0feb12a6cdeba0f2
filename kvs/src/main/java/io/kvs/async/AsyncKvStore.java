package io.kvs.async;

import io.kvs.Cursor;
import io.kvs.Durability;
import io.kvs.Entry;
import io.kvs.ExpiringKvsEngine;
import io.kvs.KvStore;
import io.kvs.KvsEngine;
import io.kvs.KvsEngine.Change;
import io.kvs.OrderedKvsEngine;
import io.kvs.OrderedReader;
import io.kvs.Scan;
import io.kvs.Snapshot;
import io.kvs.TransactionWork;
import io.kvs.WriteBatch;
import io.kvs.io.TaskPool;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow.Publisher;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The operations of an engine, none of which blocks: each returns at once with what the outcome
/// will be.
///
/// ```java
/// try (KvStore store = KvStore.open(path, KvsOptions.defaults().withDurability(Durability.SYNC));
///         AsyncKvStore<KvStore> async = AsyncKvStore.over(store)) {
///     async.set("key", "value").thenRun(() -> acknowledge("key"));
///     async.call(KvStore::stats).thenAccept(this::show);
/// }
/// ```
///
/// **Durability.** A future completes when the engine's own operation would have returned. With a
/// {@link KvStore} no thread waits for that: a write is appended by the thread that begins it, and
/// all that are in flight when the device is free share its next sync. So one thread that keeps a
/// thousand writes under {@link Durability#SYNC} in flight gets as much out of the device as a
/// thousand threads. Where there is nothing to wait for, the future is complete on return.
///
/// **Order.** Operations that one thread begins take effect in that order, whatever they are; each
/// sees those before it. Futures may complete in another one. Operations of several threads are not
/// ordered until one is seen to be complete.
///
/// **What may hold up a caller**: copying the entry; reading it from the device, when it is not in
/// memory; another writer of the same stripe of keys that has to make room. An operation that would
/// have to wait for more runs on a thread of this object, and so does everything with another
/// engine than a {@link KvStore}, one operation of a caller at a time.
///
/// **Bounds.** What would exceed those of {@link AsyncOptions} is refused: the future fails with
/// {@link java.util.concurrent.RejectedExecutionException}, nothing was done, and the caller can
/// try again when some of its futures are complete, or {@link #room()} is.
///
/// **Errors.** A future fails with what the engine's operation throws, wrong arguments included;
/// with {@link io.kvs.StoreClosedException} after {@link #shutdown()}; with {@link
/// UnsupportedOperationException} if the engine has no such operation. When a sync fails, all
/// futures that wait for it fail with the first cause.
///
/// **Threads.** What depends on a future, and a subscriber, runs in the thread that completes it,
/// which may be the caller's or one that others wait for: it must neither take long nor wait for
/// another future; use the `Async` forms for that. To cancel a future, or to complete it, changes
/// nothing in the engine: the operation takes effect, and stays in flight until it has.
///
/// Arrays, lists and batches that are passed in are copied before the call returns. Safe for use by
/// several threads. It does not own the engine: close this first, and then that.
///
/// @param <E> the engine
public final class AsyncKvStore<E extends KvsEngine> implements AutoCloseable {
    private final TaskPool threads;
    private final InFlight inFlight;
    private final Calls<E> calls;
    private final Scans scans;

    private AsyncKvStore(E engine, AsyncOptions options) {
        this.threads = new TaskPool("async", options.threadsMax());
        this.inFlight = new InFlight(options);
        Lanes lanes = new Lanes(threads);
        this.calls = new Calls<>(engine, inFlight, lanes);
        this.scans = new Scans(inFlight, lanes, threads);
    }

    /// Makes one with the default bounds.
    public static <E extends KvsEngine> AsyncKvStore<E> over(E engine) {
        return over(engine, AsyncOptions.defaults());
    }

    /// Makes one.
    public static <E extends KvsEngine> AsyncKvStore<E> over(E engine, AsyncOptions options) {
        return new AsyncKvStore<>(engine, options);
    }

    /// See {@link KvsEngine#get(byte[])}.
    public CompletableFuture<Optional<byte[]>> get(byte[] key) {
        byte[] own = key.clone();
        return calls.begin(own.length, engine -> engine.get(own));
    }

    /// See {@link KvsEngine#get(String)}.
    public CompletableFuture<Optional<String>> get(String key) {
        return calls.begin(key.length(), engine -> engine.get(key));
    }

    /// See {@link KvsEngine#getAll(List)}.
    public CompletableFuture<List<Optional<byte[]>>> getAll(List<byte[]> keys) {
        List<byte[]> own = keys.stream().map(byte[]::clone).toList();
        return calls.begin(bytes(own), engine -> engine.getAll(own));
    }

    /// See {@link KvsEngine#set(byte[], byte[])}.
    public CompletableFuture<@Nullable Void> set(byte[] key, byte[] value) {
        byte[] ownKey = key.clone();
        byte[] ownValue = value.clone();
        return calls.act(
                (long) ownKey.length + ownValue.length, engine -> engine.set(ownKey, ownValue));
    }

    /// See {@link KvsEngine#set(String, String)}.
    public CompletableFuture<@Nullable Void> set(String key, String value) {
        return calls.act((long) key.length() + value.length(), engine -> engine.set(key, value));
    }

    /// See {@link KvStore#set(byte[], byte[], Durability)}; only for a {@link KvStore}.
    public CompletableFuture<@Nullable Void> set(byte[] key, byte[] value, Durability durability) {
        byte[] ownKey = key.clone();
        byte[] ownValue = value.clone();
        return calls.act(
                (long) ownKey.length + ownValue.length,
                engine -> kvStore(engine).set(ownKey, ownValue, durability));
    }

    /// See {@link ExpiringKvsEngine#set(byte[], byte[], Duration)}.
    public CompletableFuture<@Nullable Void> set(byte[] key, byte[] value, Duration timeToLive) {
        byte[] ownKey = key.clone();
        byte[] ownValue = value.clone();
        return calls.act(
                (long) ownKey.length + ownValue.length,
                engine -> expiring(engine).set(ownKey, ownValue, timeToLive));
    }

    /// See {@link KvStore#set(byte[], byte[], Duration, Durability)}; only for a {@link KvStore}.
    public CompletableFuture<@Nullable Void> set(
            byte[] key, byte[] value, Duration timeToLive, Durability durability) {
        byte[] ownKey = key.clone();
        byte[] ownValue = value.clone();
        return calls.act(
                (long) ownKey.length + ownValue.length,
                engine -> kvStore(engine).set(ownKey, ownValue, timeToLive, durability));
    }

    /// See {@link KvsEngine#remove(byte[])}: the future fails if the key is absent.
    public CompletableFuture<@Nullable Void> remove(byte[] key) {
        byte[] own = key.clone();
        return calls.act(own.length, engine -> engine.remove(own));
    }

    /// See {@link KvsEngine#remove(String)}.
    public CompletableFuture<@Nullable Void> remove(String key) {
        return calls.act(key.length(), engine -> engine.remove(key));
    }

    /// See {@link KvStore#remove(byte[], Durability)}; only for a {@link KvStore}.
    public CompletableFuture<@Nullable Void> remove(byte[] key, Durability durability) {
        byte[] own = key.clone();
        return calls.act(own.length, engine -> kvStore(engine).remove(own, durability));
    }

    /// See {@link KvsEngine#compareAndSet(byte[], byte[], byte[])}.
    public CompletableFuture<Boolean> compareAndSet(
            byte[] key, byte @Nullable [] expected, byte @Nullable [] value) {
        byte[] ownKey = key.clone();
        byte[] ownExpected = copy(expected);
        byte[] ownValue = copy(value);
        return calls.begin(
                ownKey.length + length(ownExpected) + length(ownValue),
                engine -> engine.compareAndSet(ownKey, ownExpected, ownValue));
    }

    /// See {@link KvStore#compareAndSet(byte[], byte[], byte[], Durability)}; only for a {@link
    /// KvStore}.
    public CompletableFuture<Boolean> compareAndSet(
            byte[] key,
            byte @Nullable [] expected,
            byte @Nullable [] value,
            Durability durability) {
        byte[] ownKey = key.clone();
        byte[] ownExpected = copy(expected);
        byte[] ownValue = copy(value);
        return calls.begin(
                ownKey.length + length(ownExpected) + length(ownValue),
                engine -> kvStore(engine).compareAndSet(ownKey, ownExpected, ownValue, durability));
    }

    /// See {@link ExpiringKvsEngine#compareAndSet(byte[], byte[], byte[], Duration)}.
    public CompletableFuture<Boolean> compareAndSet(
            byte[] key, byte @Nullable [] expected, byte[] value, Duration timeToLive) {
        byte[] ownKey = key.clone();
        byte[] ownExpected = copy(expected);
        byte[] ownValue = value.clone();
        return calls.begin(
                ownKey.length + length(ownExpected) + length(ownValue),
                engine ->
                        expiring(engine).compareAndSet(ownKey, ownExpected, ownValue, timeToLive));
    }

    /// See {@link KvsEngine#setIfAbsent(byte[], byte[])}.
    public CompletableFuture<Boolean> setIfAbsent(byte[] key, byte[] value) {
        return compareAndSet(key, null, value);
    }

    /// See {@link ExpiringKvsEngine#setIfAbsent(byte[], byte[], Duration)}.
    public CompletableFuture<Boolean> setIfAbsent(byte[] key, byte[] value, Duration timeToLive) {
        return compareAndSet(key, null, value, timeToLive);
    }

    /// See {@link KvsEngine#update(byte[], Change)}; the new value is empty if there is none.
    /// `change` is called by a thread of this object.
    public CompletableFuture<Optional<byte[]>> update(byte[] key, Change change) {
        byte[] own = key.clone();
        return calls.beginWaiting(
                own.length, engine -> Optional.ofNullable(engine.update(own, change)));
    }

    /// See {@link KvsEngine#add(byte[], long)}.
    public CompletableFuture<Long> add(byte[] key, long delta) {
        byte[] own = key.clone();
        return calls.begin(own.length, engine -> engine.add(own, delta));
    }

    /// See {@link KvsEngine#add(String, long)}.
    public CompletableFuture<Long> add(String key, long delta) {
        return calls.begin(key.length(), engine -> engine.add(key, delta));
    }

    /// See {@link KvsEngine#write(WriteBatch)}.
    public CompletableFuture<@Nullable Void> write(WriteBatch batch) {
        WriteBatch own = copy(batch);
        return calls.act(bytes(own), engine -> engine.write(own));
    }

    /// See {@link KvStore#write(WriteBatch, Durability)}; only for a {@link KvStore}.
    public CompletableFuture<@Nullable Void> write(WriteBatch batch, Durability durability) {
        WriteBatch own = copy(batch);
        return calls.act(bytes(own), engine -> kvStore(engine).write(own, durability));
    }

    /// See {@link ExpiringKvsEngine#expiry(byte[])}.
    public CompletableFuture<Optional<Instant>> expiry(byte[] key) {
        byte[] own = key.clone();
        return calls.begin(own.length, engine -> expiring(engine).expiry(own));
    }

    /// See {@link ExpiringKvsEngine#expire(byte[], Duration)}.
    public CompletableFuture<Boolean> expire(byte[] key, Duration timeToLive) {
        byte[] own = key.clone();
        return calls.beginWaiting(own.length, engine -> expiring(engine).expire(own, timeToLive));
    }

    /// See {@link ExpiringKvsEngine#persist(byte[])}.
    public CompletableFuture<Boolean> persist(byte[] key) {
        byte[] own = key.clone();
        return calls.beginWaiting(own.length, engine -> expiring(engine).persist(own));
    }

    /// See {@link KvsEngine#sync()}.
    public CompletableFuture<@Nullable Void> sync() {
        return calls.act(0, engine -> engine.sync());
    }

    /// See {@link KvsEngine#compact()}.
    public CompletableFuture<@Nullable Void> compact() {
        return calls.actWaiting(engine -> engine.compact());
    }

    /// See {@link KvsEngine#size()}.
    public CompletableFuture<Long> size() {
        return calls.beginWaiting(0, KvsEngine::size);
    }

    /// See {@link OrderedReader#count(Scan)}.
    public CompletableFuture<Long> count(Scan scan) {
        return calls.beginWaiting(0, engine -> ordered(engine).count(scan));
    }

    /// See {@link OrderedKvsEngine#snapshot()}. The snapshot itself has no asynchronous form but
    /// {@link #scan(OrderedReader, Scan)}: its reads wait for nothing but the device.
    public CompletableFuture<Snapshot> snapshot() {
        return calls.beginWaiting(0, engine -> ordered(engine).snapshot());
    }

    /// See {@link OrderedKvsEngine#transact(TransactionWork)}. `work` is called by a thread of this
    /// object.
    public <T extends @Nullable Object> CompletableFuture<T> transact(TransactionWork<T> work) {
        return calls.beginWaiting(0, engine -> ordered(engine).transact(work));
    }

    /// Does anything that the engine can do, such as a backup, on a thread of this object, where it
    /// may wait.
    public <T extends @Nullable Object> CompletableFuture<T> call(
            Function<? super E, ? extends T> operation) {
        return calls.beginWaiting(0, operation);
    }

    /// Returns what a scan describes, in order; see {@link OrderedReader#scan(Scan)}.
    ///
    /// Each subscriber gets the entries as they are when it subscribes, in its place among the
    /// operations of its thread, as fast as it requests them and with no bound by itself; in flight
    /// it is one operation. It holds a cursor until it has received everything or an error, or has
    /// cancelled. All signals come from threads of this object, one at a time.
    public Publisher<Entry> scan(Scan scan) {
        return scans.publisher(
                calls.reading(engine -> cursor(ordered(engine), scan)), Scans::entry);
    }

    /// Does the same with a snapshot, which has to stay open until the last signal.
    public Publisher<Entry> scan(OrderedReader reader, Scan scan) {
        return scans.publisher(() -> cursor(reader, scan), Scans::entry);
    }

    /// Returns the keys that a scan describes, in order; see {@link #scan(Scan)}.
    public Publisher<byte[]> keys(Scan scan) {
        return scans.publisher(
                calls.reading(engine -> ordered(engine).scan(scan.keysOnly())), Cursor::key);
    }

    /// Completes when at most half of what may be in flight is: when it is worth trying again what
    /// was refused.
    public CompletableFuture<@Nullable Void> room() {
        return inFlight.room();
    }

    /// Refuses every further operation. Completes when those that were accepted are complete; scans
    /// end with {@link io.kvs.StoreClosedException}.
    public CompletableFuture<@Nullable Void> shutdown() {
        scans.close();
        return inFlight.close().copy();
    }

    /// Shuts down, and waits until all operations that were accepted are complete; so not to be
    /// called by what depends on one of them. The engine stays open. Closing twice does nothing.
    @Override
    public void close() {
        shutdown().join();
        threads.close();
    }

    private static Cursor cursor(OrderedReader reader, Scan scan) {
        if (scan.isKeysOnly()) {
            throw new IllegalArgumentException("a scan of keys only has no entries");
        }
        return reader.scan(scan);
    }

    private static KvStore kvStore(KvsEngine engine) {
        if (engine instanceof KvStore store) {
            return store;
        }
        throw new UnsupportedOperationException("the engine has one durability for all writes");
    }

    private static ExpiringKvsEngine expiring(KvsEngine engine) {
        if (engine instanceof ExpiringKvsEngine able) {
            return able;
        }
        throw new UnsupportedOperationException("the engine has no times to live");
    }

    private static OrderedKvsEngine ordered(KvsEngine engine) {
        if (engine instanceof OrderedKvsEngine able) {
            return able;
        }
        throw new UnsupportedOperationException(
                "the engine has no scans, snapshots and transactions");
    }

    private static byte @Nullable [] copy(byte @Nullable [] array) {
        return array == null ? null : array.clone();
    }

    private static WriteBatch copy(WriteBatch batch) {
        WriteBatch copy = new WriteBatch();
        batch.operations().forEach(copy::add);
        return copy;
    }

    private static long length(byte @Nullable [] array) {
        return array == null ? 0 : array.length;
    }

    private static long bytes(List<byte[]> keys) {
        return keys.stream().mapToLong(key -> key.length).sum();
    }

    private static long bytes(WriteBatch batch) {
        return batch.operations().stream()
                .mapToLong(operation -> operation.key().length + length(operation.value()))
                .sum();
    }
}
