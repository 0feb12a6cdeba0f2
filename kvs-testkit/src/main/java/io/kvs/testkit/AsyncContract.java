package io.kvs.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.Entry;
import io.kvs.InvalidKeyException;
import io.kvs.KeyNotFoundException;
import io.kvs.OrderedKvsEngine;
import io.kvs.Scan;
import io.kvs.Snapshot;
import io.kvs.StoreClosedException;
import io.kvs.WriteBatch;
import io.kvs.async.AsyncKvStore;
import io.kvs.async.AsyncOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the asynchronous view does over any ordered engine whose values can expire: a subclass says
/// how to open one.
///
/// `-Dkvs.seed=` chooses the random operations; a failure names the seed.
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class AsyncContract {
    private static final long SEED = Long.getLong("kvs.seed", 1);
    private static final int OPERATIONS_MAX = 8;
    private static final int BYTES_MAX = 1_000;
    private static final int THREAD_COUNT = 4;
    private static final int STEPS = 400;

    private @Nullable OrderedKvsEngine opened;
    private @Nullable AsyncKvStore<OrderedKvsEngine> view;

    /// Makes the contract of the view of an engine.
    protected AsyncContract() {}

    /// Opens the engine, which is empty. Its values can have a time to live.
    protected abstract OrderedKvsEngine open() throws Exception;

    /// Opens the engine and a view.
    @BeforeEach
    final void openFirst() throws Exception {
        opened = open();
        view = AsyncKvStore.over(opened);
    }

    /// Closes both.
    @AfterEach
    final void closeLast() {
        async().close();
        engine().close();
    }

    private OrderedKvsEngine engine() {
        if (opened == null) {
            throw new IllegalStateException("no engine is open");
        }
        return opened;
    }

    private AsyncKvStore<OrderedKvsEngine> async() {
        if (view == null) {
            throw new IllegalStateException("no view is open");
        }
        return view;
    }

    // Single operations.

    @Test
    void get_afterSetByTheSameThread_isTheValue() {
        CompletableFuture<?> set = async().set("key", "value");

        assertEquals(Optional.of("value"), async().get("key").join());
        set.join();
    }

    @Test
    void remove_absentKey_failsWithTheExceptionOfTheEngine() {
        CompletableFuture<?> removed = async().remove("absent");

        assertInstanceOf(KeyNotFoundException.class, problem(removed));
    }

    @Test
    void set_emptyKey_failsThroughTheFuture() {
        CompletableFuture<?> set = async().set(new byte[0], new byte[1]);

        assertInstanceOf(InvalidKeyException.class, problem(set));
    }

    @Test
    void set_arraysChangedAfterwards_storesWhatTheyWere() {
        CountDownLatch held = holdUp();
        byte[] key = bytes("key");
        byte[] value = bytes("value");
        CompletableFuture<?> set = async().set(key, value);
        key[0] = 0;
        value[0] = 0;
        held.countDown();
        set.join();

        assertEquals(Optional.of("value"), engine().get("key"));
        assertEquals(1, engine().size());
    }

    @Test
    void everyOperation_calledOnce_doesWhatTheEngineDoes() {
        AsyncKvStore<OrderedKvsEngine> async = async();
        byte[] key = bytes("key");

        assertTrue(async.setIfAbsent(key, bytes("1")).join());
        assertFalse(async.compareAndSet(key, bytes("2"), bytes("3")).join());
        assertEquals(6, async.add("key", 5).join());
        assertArrayEquals(
                bytes("6!"), async.update(key, AsyncContract::shout).join().orElseThrow());
        async.write(new WriteBatch().set("a", "A").remove("key")).join();
        List<Optional<byte[]>> values = async.getAll(List.of(key, bytes("a"))).join();
        assertTrue(values.get(0).isEmpty());
        assertArrayEquals(bytes("A"), values.get(1).orElseThrow());
        assertEquals(1, async.size().join());
        async.set(bytes("b"), bytes("B"), Duration.ofHours(1)).join();
        assertTrue(async.expiry(bytes("b")).join().isPresent());
        assertTrue(async.persist(bytes("b")).join());
        assertTrue(async.expire(bytes("b"), Duration.ofHours(2)).join());
        assertEquals(2, async.count(Scan.all()).join());
        async.sync().join();
        async.compact().join();
        String joined =
                async.transact(
                                transaction -> {
                                    transaction.set("c", "C");
                                    return transaction.get("a").orElse("") + "c";
                                })
                        .join();
        assertEquals("Ac", joined);
        assertEquals(Optional.of("C"), async.call(engine -> engine.get("c")).join());
        async.remove("c").join();
        assertEquals("[a, b]", keys(async.keys(Scan.all())).toString());
    }

    private static byte @Nullable [] shout(byte @Nullable [] value) {
        return value == null ? null : bytes(new String(value, StandardCharsets.UTF_8) + "!");
    }

    @Test
    void cancel_ofAnOperationThatHasNotBegun_doesNotUndoIt() {
        CountDownLatch held = holdUp();
        CompletableFuture<?> set = async().set("key", "value");
        boolean cancelled = set.cancel(true);
        held.countDown();

        assertEquals(Optional.of("value"), async().get("key").join());
        if (cancelled) {
            assertThrows(CancellationException.class, set::join);
        }
    }

    // Order.

    @Test
    void set_behindATransactionOfTheSameThread_comesAfterIt() {
        CountDownLatch held = holdUp();
        CompletableFuture<?> first =
                async().transact(transaction -> {
                    transaction.set("key", "first");
                    return "first";
                });
        CompletableFuture<?> second = async().set("key", "second");
        held.countDown();
        CompletableFuture.allOf(first, second).join();

        assertEquals(Optional.of("second"), engine().get("key"));
    }

    @Test
    void operations_ofSeveralThreads_takeEffectInTheOrderOfEach() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREAD_COUNT)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREAD_COUNT; i++) {
                int thread = i;
                running.add(threads.submit(() -> countUp(thread)));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
    }

    /// Writes growing numbers under a key in many ways; every read must find the last one.
    private void countUp(int thread) {
        SplittableRandom random = new SplittableRandom(SEED * THREAD_COUNT + thread);
        String key = "key " + thread;
        async().set(key, "0").join();
        List<CompletableFuture<?>> checks = new ArrayList<>();
        for (int number = 1; number <= STEPS; number++) {
            String next = Integer.toString(number);
            checks.add(write(random, key, next));
            checks.add(
                    async().get(key)
                            .thenAccept(found ->
                                    assertEquals(Optional.of(next), found, "SEED=" + SEED)));
        }
        checks.forEach(CompletableFuture::join);
    }

    private CompletableFuture<?> write(SplittableRandom random, String key, String value) {
        return switch (random.nextInt(40)) {
            case 0 ->
                    async().transact(transaction -> {
                        transaction.set(key, value);
                        return value;
                    });
            case 1 -> async().update(bytes(key), _ -> bytes(value));
            case 2, 3 -> async().write(new WriteBatch().remove(key).set(key, value));
            case 4, 5, 6 -> async().add(key, 1);
            default -> async().set(key, value);
        };
    }

    // Bounds.

    @Test
    void set_asManyInFlightAsAllowed_isRefusedUntilSomeAreDone() {
        try (AsyncKvStore<OrderedKvsEngine> bounded = bounded()) {
            CountDownLatch held = holdUp(bounded);
            List<CompletableFuture<?>> accepted = new ArrayList<>();
            for (int i = 1; i < OPERATIONS_MAX; i++) {
                accepted.add(bounded.set("key " + i, ""));
            }
            CompletableFuture<?> refused = bounded.set("one more", "");
            CompletableFuture<?> room = bounded.room();

            assertInstanceOf(RejectedExecutionException.class, problem(refused));
            assertFalse(room.isDone());
            held.countDown();
            room.join();
            accepted.forEach(CompletableFuture::join);
            bounded.set("another one", "").join();
            assertEquals(Optional.empty(), engine().get("one more"));
        }
    }

    @Test
    void set_asManyBytesInFlightAsAllowed_isRefused() {
        try (AsyncKvStore<OrderedKvsEngine> bounded = bounded()) {
            CountDownLatch held = holdUp(bounded);
            CompletableFuture<?> accepted = bounded.set(new byte[1], new byte[BYTES_MAX - 1]);

            assertInstanceOf(
                    RejectedExecutionException.class,
                    problem(bounded.set(new byte[] {1}, new byte[0])));
            held.countDown();
            accepted.join();
        }
    }

    @Test
    void set_longerThanAllBytesAllowed_isAcceptedAlone() {
        try (AsyncKvStore<OrderedKvsEngine> bounded = bounded()) {
            bounded.set(new byte[1], new byte[2 * BYTES_MAX]).join();
        }
        assertEquals(1, engine().size());
    }

    // Closing.

    @Test
    void shutdown_operationsInFlight_completesThemAndRefusesFurtherOnes() {
        CountDownLatch held = holdUp();
        CompletableFuture<?> accepted = async().set("accepted", "value");
        CompletableFuture<?> down = async().shutdown();
        CompletableFuture<?> refused = async().set("refused", "value");

        assertInstanceOf(StoreClosedException.class, problem(refused));
        assertFalse(down.isDone());
        held.countDown();
        down.join();
        assertTrue(accepted.isDone());
        assertEquals(Optional.of("value"), engine().get("accepted"));
        assertEquals(Optional.empty(), engine().get("refused"));
    }

    // Scans.

    @Test
    void scan_requestedInParts_givesAllEntriesInOrder() {
        for (int i = 0; i < 3_000; i++) {
            engine().set("key %04d".formatted(i), "value");
        }
        Collector<Entry> collector = new Collector<>(7);
        async().scan(Scan.all()).subscribe(collector);
        CompletableFuture<?> later = async().set("key 0000x", "not in it");

        List<Entry> entries = collector.entries().join();
        assertEquals(3_000, entries.size());
        for (int i = 0; i < entries.size(); i++) {
            assertEquals("key %04d".formatted(i), entries.get(i).keyText());
        }
        later.join();
    }

    @Test
    void scan_storeWithoutEntries_completesWithoutARequest() {
        Collector<Entry> collector = new Collector<>(0);
        async().scan(Scan.all()).subscribe(collector);

        assertEquals(List.of(), collector.entries().join());
    }

    @Test
    void scan_ofKeysOnly_failsAsOneOfEntries() {
        Collector<Entry> collector = new Collector<>(1);
        async().scan(Scan.all().keysOnly()).subscribe(collector);

        assertInstanceOf(IllegalArgumentException.class, problem(collector.entries()));
    }

    @Test
    void scan_ofASnapshot_givesWhatWasThere() {
        CompletableFuture<?> before = async().set("key", "old");
        CompletableFuture<Snapshot> taken = async().snapshot();
        CompletableFuture<?> after = async().set("key", "new");
        CompletableFuture.allOf(before, after).join();
        try (Snapshot snapshot = taken.join()) {
            Collector<Entry> collector = new Collector<>(1);
            async().scan(snapshot, Scan.all()).subscribe(collector);

            List<Entry> entries = collector.entries().join();
            assertEquals(List.of(new Entry(bytes("key"), bytes("old"))), entries);
        }
    }

    @Test
    void shutdown_scanThatNobodyAsksForMoreOf_endsItWithAnError() {
        async().set("key", "value").join();
        Collector<Entry> collector = new Collector<>(0);
        async().scan(Scan.all()).subscribe(collector);
        async().shutdown().join();

        assertInstanceOf(StoreClosedException.class, problem(collector.entries()));
    }

    // Tools.

    private AsyncKvStore<OrderedKvsEngine> bounded() {
        return AsyncKvStore.over(
                engine(),
                AsyncOptions.defaults()
                        .withOperationsMax(OPERATIONS_MAX)
                        .withBytesMax(BYTES_MAX)
                        .withThreadsMax(2));
    }

    private CountDownLatch holdUp() {
        return holdUp(async());
    }

    /// Has everything that this thread begins wait.
    private static CountDownLatch holdUp(AsyncKvStore<?> async) {
        CountDownLatch held = new CountDownLatch(1);
        CompletableFuture<?> _ = async.call(_ -> await(held));
        return held;
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Throwable problem(CompletableFuture<?> future) {
        CompletableFuture<Throwable> problem = new CompletableFuture<>();
        CompletableFuture<?> _ =
                future.whenComplete((_, cause) ->
                        problem.complete(cause == null ? new AssertionError("none") : cause));
        return problem.join();
    }

    private static List<String> keys(java.util.concurrent.Flow.Publisher<byte[]> publisher) {
        Collector<byte[]> collector = new Collector<>(Long.MAX_VALUE);
        publisher.subscribe(collector);
        return collector.entries().join().stream()
                .map(key -> new String(key, StandardCharsets.UTF_8))
                .toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
