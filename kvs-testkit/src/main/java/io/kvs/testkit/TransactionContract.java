package io.kvs.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.ConflictException;
import io.kvs.Cursor;
import io.kvs.InvalidKeyException;
import io.kvs.KeyNotFoundException;
import io.kvs.OrderedReader;
import io.kvs.Scan;
import io.kvs.Snapshot;
import io.kvs.StoreClosedException;
import io.kvs.Transaction;
import io.kvs.WriteBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// What the transactions of every ordered engine do: a subclass says how to open one.
///
/// `-Dkvs.seed=` chooses the random operations; a failure names the seed.
public abstract class TransactionContract extends OrderedContract {
    private static final int THREADS = 4;
    private static final long SEED = Long.getLong("kvs.seed", 1);

    /// Makes the contract of an engine.
    protected TransactionContract() {}

    // Own writes.

    @Test
    void get_ownWrites_areSeenByTheTransactionAlone() {
        setAll("a", "b");
        try (Transaction transaction = engine().begin()) {
            transaction.set("a", "new");
            transaction.remove("b");
            transaction.set("c", "added");

            assertEquals(Optional.of("new"), transaction.get("a"));
            assertEquals(Optional.empty(), transaction.get("b"));
            assertEquals(Optional.of("added"), transaction.get("c"));
            assertEquals("a=a b=b", entries(engine(), Scan.all()));

            transaction.commit();
        }
        assertEquals("a=new c=added", entries(engine(), Scan.all()));
    }

    @Test
    void scan_ownWrites_areMergedInBothDirections() {
        setAll("b", "d", "f", "h");
        try (Transaction transaction = engine().begin()) {
            transaction.set("a", "1");
            transaction.set("c", "2");
            transaction.set("d", "3");
            transaction.remove("f");
            transaction.set("i", "4");

            assertEquals("a=1 b=b c=2 d=3 h=h i=4", entries(transaction, Scan.all()));
            assertEquals("i=4 h=h d=3 c=2 b=b a=1", entries(transaction, Scan.all().reversed()));
            assertEquals("c=2 d=3", entries(transaction, Scan.all().from("c").to("h")));
            assertEquals("d=3 c=2", entries(transaction, Scan.all().from("c").to("h").reversed()));
            assertEquals("a=1 b=b c=2", entries(transaction, Scan.all().limit(3)));
            assertEquals("h i", keys(transaction, Scan.all().from("e").keysOnly()));
            assertEquals(6, transaction.count(Scan.all()));

            transaction.remove("a");
            transaction.remove("h");
            transaction.set("f", "again");
            assertEquals("b=b c=2 d=3 f=again i=4", entries(transaction, Scan.all()));
        }
    }

    @Test
    void scan_writesWhileIterating_areNotSeenByTheCursor() {
        setAll("a", "b", "c");
        try (Transaction transaction = engine().begin();
                Cursor cursor = transaction.scan(Scan.all())) {
            assertTrue(cursor.next());
            transaction.set("bb", "added");
            transaction.remove("c");
            transaction.set("b", "new");

            assertTrue(cursor.next());
            assertArrayEquals(bytes("b"), cursor.value());
            assertTrue(cursor.next());
            assertArrayEquals(bytes("c"), cursor.key());
            assertFalse(cursor.next());
            assertEquals("a=a b=new bb=added", entries(transaction, Scan.all()));
        }
    }

    @Test
    void cursor_ofATransaction_isLikeAnyOther() {
        setAll("a");
        try (Transaction transaction = engine().begin()) {
            transaction.set("b", "own");
            Cursor cursor = transaction.scan(Scan.all());
            assertThrows(IllegalStateException.class, cursor::key);
            assertTrue(cursor.next());
            assertTrue(cursor.next());
            Arrays.fill(cursor.key(), (byte) 'x');
            Arrays.fill(cursor.value(), (byte) 'x');
            assertArrayEquals(bytes("b"), cursor.key());
            assertArrayEquals(bytes("own"), cursor.value());
            assertFalse(cursor.next());
            assertThrows(IllegalStateException.class, cursor::value);
            cursor.close();
            cursor.close();
            assertThrows(IllegalStateException.class, cursor::next);
            try (Cursor keys = transaction.scan(Scan.all().reversed().keysOnly())) {
                assertTrue(keys.next());
                assertThrows(IllegalStateException.class, keys::value);
            }
        }
    }

    @Test
    void remove_absentKey_isKeyNotFoundAndTheTransactionGoesOn() {
        setAll("a");
        try (Transaction transaction = engine().begin()) {
            assertThrows(KeyNotFoundException.class, () -> transaction.remove("x"));
            transaction.remove("a");
            assertThrows(KeyNotFoundException.class, () -> transaction.remove("a"));
            transaction.set("b", "b");
            transaction.remove("b");
            assertThrows(KeyNotFoundException.class, () -> transaction.remove("b"));
            assertThrows(InvalidKeyException.class, () -> transaction.remove(""));
            assertThrows(InvalidKeyException.class, () -> transaction.set("", "a"));
            assertThrows(InvalidKeyException.class, () -> transaction.get(""));
            transaction.commit();
        }
        assertEquals("", keys(engine(), Scan.all()));
    }

    @Test
    void set_arraysChangedAfterwards_keepsWhatWasGiven() {
        byte[] key = bytes("key");
        byte[] value = bytes("value");
        try (Transaction transaction = engine().begin()) {
            transaction.set(key, value);
            Arrays.fill(key, (byte) 'x');
            Arrays.fill(value, (byte) 'x');
            Arrays.fill(transaction.get(bytes("key")).orElseThrow(), (byte) 'x');
            transaction.commit();
        }
        assertEquals("key=value", entries(engine(), Scan.all()));
    }

    // The end.

    @Test
    void close_withoutCommit_forgetsEverything() {
        setAll("a");
        try (Transaction transaction = engine().begin()) {
            transaction.set("a", "new");
            transaction.set("b", "added");
        }
        assertEquals("a=a", entries(engine(), Scan.all()));
    }

    @Test
    void everyOperation_afterTheEnd_isAnIllegalState() {
        setAll("a");
        Transaction committed = engine().begin();
        Cursor cursor = committed.scan(Scan.all());
        committed.set("b", "b");
        committed.commit();
        Transaction closed = engine().begin();
        closed.close();
        Transaction failed = engine().begin();
        failed.get("a");
        failed.set("b", "c");
        engine().set("a", "new");
        assertThrows(ConflictException.class, failed::commit);

        assertThrows(IllegalStateException.class, cursor::next);
        for (Transaction transaction : List.of(committed, closed, failed)) {
            assertThrows(IllegalStateException.class, () -> transaction.get("a"));
            assertThrows(IllegalStateException.class, () -> transaction.set("a", "b"));
            assertThrows(IllegalStateException.class, () -> transaction.remove("a"));
            assertThrows(IllegalStateException.class, () -> transaction.scan(Scan.all()));
            assertThrows(IllegalStateException.class, transaction::commit);
            transaction.close();
        }
        assertEquals("a=new b=b", entries(engine(), Scan.all()));
    }

    @Test
    void commit_afterClosingTheEngine_isStoreClosed() {
        setAll("a");
        Transaction transaction = engine().begin();
        transaction.set("b", "b");

        engine().close();

        assertThrows(StoreClosedException.class, () -> transaction.get("a"));
        assertThrows(StoreClosedException.class, transaction::commit);
        transaction.close();
    }

    // Conflicts.

    @Test
    void commit_keyReadAndChanged_isAConflict() {
        checkConflict(true, t -> t.get("b"), () -> engine().set("b", "new"));
        checkConflict(true, t -> t.get("b"), () -> engine().remove("b"));
        checkConflict(true, t -> t.get("b"), () -> engine().write(new WriteBatch().remove("b")));
        checkConflict(
                true,
                t -> t.get("b"),
                () -> assertTrue(engine().compareAndSet(bytes("b"), bytes("b"), bytes("c"))));
        checkConflict(true, t -> t.get("b"), () -> engine().runTransaction(t -> t.remove("b")));
        checkConflict(true, t -> t.getAll(List.of(bytes("b"))), () -> engine().set("b", "new"));
        checkConflict(true, t -> t.remove("b"), () -> engine().remove("b"));
        checkConflict(false, t -> t.get("b"), () -> engine().set("c", "new"));
    }

    @Test
    void commit_absenceReadAndFilled_isAConflict() {
        checkConflict(true, t -> t.get("x"), () -> engine().set("x", "new"));
        checkConflict(
                true,
                t -> assertThrows(KeyNotFoundException.class, () -> t.remove("x")),
                () -> engine().set("x", "new"));
        checkConflict(false, t -> t.get("x"), () -> engine().set("y", "new"));
    }

    @Test
    void commit_rangeScannedAndChanged_isAConflict() {
        Scan scan = Scan.all().from("b").to("e");
        for (Scan range : List.of(scan, scan.reversed())) {
            checkConflict(true, t -> t.count(range), () -> engine().set("bb", "phantom"));
            checkConflict(true, t -> t.count(range), () -> engine().set("dd", "phantom"));
            checkConflict(true, t -> t.count(range), () -> engine().remove("d"));
            checkConflict(true, t -> entries(t, range), () -> engine().set("c", "new"));
            checkConflict(true, t -> entries(t, range), () -> engine().remove("b"));
            checkConflict(false, t -> t.count(range), () -> engine().set("e", "new"));
            checkConflict(false, t -> t.count(range), () -> engine().set("a", "new"));
            checkConflict(false, t -> t.count(range), () -> engine().set("aa", "new"));
            checkConflict(false, t -> t.count(range), () -> engine().remove("e"));
        }
        checkConflict(true, t -> t.count(Scan.all()), () -> engine().set("x", "new"));
        checkConflict(true, t -> t.count(Scan.prefix("x")), () -> engine().set("x", "new"));
    }

    @Test
    void commit_rangeScannedInPart_conflictsAsFarAsItWent() {
        Scan up = Scan.all();
        Scan down = Scan.all().reversed();
        checkConflict(true, t -> step(t, up, 2), () -> engine().set("aa", "phantom"));
        checkConflict(true, t -> step(t, up, 2), () -> engine().set("b", "new"));
        checkConflict(false, t -> step(t, up, 2), () -> engine().set("bb", "new"));
        checkConflict(false, t -> step(t, up, 2), () -> engine().remove("c"));
        checkConflict(true, t -> step(t, down, 2), () -> engine().set("dd", "phantom"));
        checkConflict(true, t -> step(t, down, 2), () -> engine().set("x", "phantom"));
        checkConflict(true, t -> step(t, down, 2), () -> engine().remove("d"));
        checkConflict(false, t -> step(t, down, 2), () -> engine().set("cc", "new"));
        checkConflict(false, t -> step(t, down, 2), () -> engine().remove("c"));
        checkConflict(false, t -> t.scan(up), () -> engine().remove("a"));
        checkConflict(true, t -> t.count(up.limit(2)), () -> engine().remove("a"));
        checkConflict(false, t -> t.count(up.limit(2)), () -> engine().remove("c"));
        checkConflict(false, t -> t.count(up.limit(0)), () -> engine().remove("a"));
    }

    /// Leaves the cursor open: what it went through counts all the same.
    private static void step(OrderedReader reader, Scan scan, int entries) {
        Cursor cursor = reader.scan(scan);
        for (int i = 0; i < entries; i++) {
            assertTrue(cursor.next());
        }
    }

    @Test
    void commit_severalRanges_eachIsChecked() {
        Consumer<Transaction> reads =
                t -> {
                    t.count(Scan.all().from("a").to("b"));
                    t.count(Scan.all().from("d").to("e"));
                    t.count(Scan.all().from("c").to("d"));
                };
        checkConflict(true, reads, () -> engine().set("aa", "new"));
        checkConflict(false, reads, () -> engine().set("bb", "new"));
        checkConflict(true, reads, () -> engine().set("cc", "new"));
        checkConflict(true, reads, () -> engine().set("dd", "new"));
        checkConflict(false, reads, () -> engine().set("e", "new"));
    }

    @Test
    void commit_scanHiddenByOwnRemovals_isAConflictAllTheSame() {
        Consumer<Transaction> reads =
                t -> {
                    for (String key : List.of("a", "b", "c", "d", "e")) {
                        t.set(key, "blind");
                        t.remove(key);
                    }
                    assertEquals("", keys(t, Scan.all()));
                };
        checkConflict(true, reads, () -> engine().set("bb", "phantom"));
    }

    @Test
    void commit_onlyWritten_isNoConflict() {
        checkConflict(false, t -> t.set("b", "blind"), () -> engine().set("b", "new"));
        checkConflict(
                false,
                t -> {
                    t.set("b", "blind");
                    assertEquals(Optional.of("blind"), t.get("b"));
                },
                () -> engine().set("b", "new"));
    }

    @Test
    void commit_onlyRead_isNoConflict() {
        setAll("a", "b");
        try (Transaction transaction = engine().begin()) {
            transaction.get("a");
            engine().set("a", "new");
            assertEquals(Optional.of("a"), transaction.get("a"));
            assertEquals("a=a b=b", entries(transaction, Scan.all()));
            transaction.commit();
        }
    }

    /// Tries on the keys a to e whether a change between the reads of a transaction and its commit
    /// is a conflict; and that a refused transaction has written nothing.
    private void checkConflict(boolean expected, Consumer<Transaction> reads, Runnable change) {
        clear();
        setAll("a", "b", "c", "d", "e");
        try (Transaction transaction = engine().begin()) {
            reads.accept(transaction);
            transaction.set("result", "written");
            change.run();
            if (expected) {
                assertThrows(ConflictException.class, transaction::commit);
            } else {
                transaction.commit();
            }
        }
        assertEquals(!expected, engine().get("result").isPresent());
    }

    private void clear() {
        WriteBatch batch = new WriteBatch();
        engine().keys(Scan.all()).forEach(batch::remove);
        engine().write(batch);
    }

    @Test
    void commit_writeSkew_isAConflict() {
        setAll("alice on call", "bob on call");
        try (Transaction alice = engine().begin();
                Transaction bob = engine().begin()) {
            assertEquals(2, alice.count(Scan.all()));
            assertEquals(2, bob.count(Scan.all()));
            alice.remove("alice on call");
            bob.remove("bob on call");

            alice.commit();
            assertThrows(ConflictException.class, bob::commit);
        }
        assertEquals("bob on call", keys(engine(), Scan.all()));
    }

    // Tries.

    @Test
    void transact_result_isThatOfTheWork() {
        setAll("a");

        assertEquals(
                Optional.of("a"),
                engine().transact(t -> {
                    t.set("b", "b");
                    return t.get("a");
                }));
        engine().runTransaction(t -> t.remove("a"));
        assertEquals("b=b", entries(engine(), Scan.all()));
    }

    @Test
    void transact_conflict_runsTheWorkAgain() {
        AtomicInteger runs = new AtomicInteger();

        engine().runTransaction(t -> {
            t.get("seen");
            if (runs.incrementAndGet() < 4) {
                engine().set("seen", "change " + runs);
            }
            t.set("run", runs.toString());
        });

        assertEquals("run=4 seen=change 3", entries(engine(), Scan.all()));
    }

    @Test
    void transact_conflictEachTime_givesUp() {
        AtomicInteger runs = new AtomicInteger();

        assertThrows(
                ConflictException.class,
                () ->
                        engine().runTransaction(t -> {
                            t.get("seen");
                            engine().set("seen", "change " + runs.incrementAndGet());
                            t.set("never", "written");
                        }));

        assertEquals(64, runs.get());
        assertEquals("seen=change 64", entries(engine(), Scan.all()));
    }

    @Test
    void transact_workThrows_rollsBack() {
        setAll("a");

        assertThrows(
                ArithmeticException.class,
                () ->
                        engine().runTransaction(t -> {
                            t.set("a", "new");
                            throw new ArithmeticException();
                        }));

        assertEquals("a=a", entries(engine(), Scan.all()));
    }

    // Several threads.

    @Test
    void transact_countersOfSeveralThreads_loseNoUpdate() throws Exception {
        int turns = 300;
        inParallel(thread -> {
            for (int turn = 0; turn < turns; turn++) {
                String own = "counter " + thread % 2;
                engine().runTransaction(t -> {
                    increment(t, own);
                    increment(t, "total");
                });
            }
        });

        int half = THREADS / 2 * turns;
        assertEquals(
                "counter 0=%d counter 1=%d total=%d".formatted(half, half, 2 * half),
                entries(engine(), Scan.all()));
    }

    private static void increment(Transaction transaction, String key) {
        int value = transaction.get(key).map(Integer::parseInt).orElse(0);
        transaction.set(key, Integer.toString(value + 1));
    }

    /// Whoever counts n keys adds the key n. Two that count the same would add the same key.
    @Test
    void transact_phantomsOfSeveralThreads_areNone() throws Exception {
        int turns = 100;
        inParallel(thread -> {
            for (int turn = 0; turn < turns; turn++) {
                engine().runTransaction(t -> {
                    long count = t.count(Scan.prefix("row "));
                    t.set("row " + count, "added by " + thread);
                });
            }
        });

        assertEquals((long) THREADS * turns, engine().size());
    }

    @Test
    void transact_transfersOfSeveralThreads_keepTheSum() throws Exception {
        int accounts = 10;
        for (int i = 0; i < accounts; i++) {
            engine().set("account " + i, "100");
        }
        inParallel(thread -> {
            SplittableRandom random = new SplittableRandom(SEED + thread);
            for (int turn = 0; turn < 200; turn++) {
                String from = "account " + random.nextInt(accounts);
                String to = "account " + random.nextInt(accounts);
                engine().runTransaction(t -> transfer(t, from, to));
                try (Snapshot snapshot = engine().snapshot()) {
                    assertEquals(100 * accounts, sum(snapshot));
                }
                assertEquals(100 * accounts, engine().transact(TransactionContract::sum));
            }
        });

        assertEquals(100 * accounts, sum(engine()));
    }

    private static void transfer(Transaction transaction, String from, String to) {
        int amount = Integer.parseInt(transaction.get(from).orElseThrow()) / 2;
        transaction.set(
                from,
                Integer.toString(Integer.parseInt(transaction.get(from).orElseThrow()) - amount));
        transaction.set(
                to, Integer.toString(Integer.parseInt(transaction.get(to).orElseThrow()) + amount));
    }

    private static int sum(OrderedReader reader) {
        return reader.stream(Scan.prefix("account "))
                .mapToInt(entry -> Integer.parseInt(entry.valueText()))
                .sum();
    }

    private static void inParallel(Consumer<Integer> work) throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int number = thread;
                running.add(executor.submit(() -> work.accept(number)));
            }
            for (Future<?> thread : running) {
                thread.get();
            }
        }
    }

    // Everything at once.

    /// Steps of several transactions and plain writes, in a random order. A transaction that could
    /// be committed must read the same when it is replayed on what is there at its commit.
    @Test
    void commit_interleavedAtRandom_isLikeOneAfterTheOther() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        Interleaving interleaving = new Interleaving(engine(), random);
        for (int step = 1; step <= 6_000; step++) {
            interleaving.step("step " + step + ", seed " + SEED);
        }
        interleaving.close();
        interleaving.check();
    }
}
