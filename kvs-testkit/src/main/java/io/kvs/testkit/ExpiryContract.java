package io.kvs.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.ConflictException;
import io.kvs.Cursor;
import io.kvs.ExpiringKvsEngine;
import io.kvs.InvalidKeyException;
import io.kvs.KeyNotFoundException;
import io.kvs.OrderedKvsEngine;
import io.kvs.OrderedReader;
import io.kvs.Scan;
import io.kvs.Snapshot;
import io.kvs.TimeToLive;
import io.kvs.Transaction;
import io.kvs.WriteBatch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the times to live of every ordered engine that has them do: a subclass says how to open
/// one.
///
/// `-Dkvs.seed=` chooses the random operations; a failure names the seed.
///
/// @param <E> the engine
public abstract class ExpiryContract<E extends OrderedKvsEngine & ExpiringKvsEngine> {
    private static final long SEED = Long.getLong("kvs.seed", 1);
    private static final int STEPS = 20_000;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MILLI = Duration.ofMillis(1);

    private final TestClock clock = new TestClock();
    private @Nullable E opened;

    /// Makes the contract of an engine.
    protected ExpiryContract() {}

    /// Opens the engine on the data of this test: empty the first time, and what the last one left
    /// behind each further time. The earlier engine has been closed.
    protected abstract E open(InstantSource time) throws Exception;

    /// Closes an engine and opens it again; returns the same one if it keeps nothing.
    protected abstract E reopen(E engine, InstantSource time) throws Exception;

    /// Opens the engine.
    @BeforeEach
    final void openFirst() throws Exception {
        opened = open(clock);
    }

    /// Closes the engine.
    @AfterEach
    final void closeLast() {
        if (opened != null) {
            opened.close();
        }
    }

    private E engine() {
        if (opened == null) {
            throw new IllegalStateException("no engine is open");
        }
        return opened;
    }

    private void reopen() throws Exception {
        opened = reopen(engine(), clock);
    }

    @Test
    void get_whenTheTimeHasCome_isEmpty() {
        engine().set("key", "value", SECOND);
        clock.move(Duration.ofMillis(999));
        assertEquals(Optional.of("value"), engine().get("key"));
        clock.move(MILLI);
        assertEquals(Optional.empty(), engine().get("key"));
    }

    @Test
    void set_lessThanAMillisecond_livesForOne() {
        engine().set("key", "value", Duration.ofNanos(1));
        assertEquals(Optional.of("value"), engine().get("key"));
        clock.move(MILLI);
        assertEquals(Optional.empty(), engine().get("key"));
    }

    @Test
    void anyWrite_timeOutsideTheLimits_isRefused() {
        engine().set("key", "value");
        for (Duration wrong :
                new Duration[] {
                    Duration.ZERO,
                    Duration.ofSeconds(-1),
                    TimeToLive.MAX.plusNanos(1),
                    Duration.ofSeconds(Long.MAX_VALUE)
                }) {
            refused(() -> engine().set("key", "other", wrong));
            refused(() -> engine().expire("key", wrong));
            refused(() -> new WriteBatch().set("key", "other", wrong));
        }
        assertEquals(Optional.of("value"), engine().get("key"));
        engine().set("key", "other", TimeToLive.MAX);
        assertEquals(Optional.of("other"), engine().get("key"));
    }

    private static void refused(Runnable write) {
        assertThrows(IllegalArgumentException.class, write::run);
    }

    @Test
    void anyCall_emptyKey_isRefused() {
        byte[] none = {};
        assertThrows(InvalidKeyException.class, () -> engine().set(none, none, SECOND));
        assertThrows(InvalidKeyException.class, () -> engine().expiry(none));
        assertThrows(InvalidKeyException.class, () -> engine().expire(none, SECOND));
        assertThrows(InvalidKeyException.class, () -> engine().persist(none));
    }

    @Test
    void set_withoutTimeToLive_takesItAway() {
        engine().set("key", "value", SECOND);
        engine().set("key", "value");
        assertEquals(Optional.empty(), engine().expiry("key"));
        clock.move(SECOND);
        assertEquals(Optional.of("value"), engine().get("key"));
    }

    @Test
    void set_sameValueWithTimeToLive_givesIt() {
        engine().set("key", "value");
        engine().set("key", "value", SECOND);
        clock.move(SECOND);
        assertEquals(Optional.empty(), engine().get("key"));
    }

    @Test
    void expiry_isTheTimeOfTheValue() {
        Instant now = clock.instant();
        engine().set("forever", "value");
        engine().set("key", "value", SECOND);
        assertEquals(Optional.of(now.plusSeconds(1)), engine().expiry("key"));
        assertEquals(Optional.empty(), engine().expiry("forever"));
        assertEquals(Optional.empty(), engine().expiry("absent"));
        clock.move(SECOND);
        assertEquals(Optional.empty(), engine().expiry("key"));
    }

    @Test
    void expire_presentValue_livesForSoLongFromNow() {
        engine().set("key", "value");
        engine().set("short", "value", MILLI);
        assertTrue(engine().expire("key", SECOND));
        assertTrue(engine().expire("short", SECOND));
        clock.move(Duration.ofMillis(999));
        assertEquals(Optional.of("value"), engine().get("key"));
        assertEquals(Optional.of("value"), engine().get("short"));
        assertEquals(2, engine().size());
        clock.move(MILLI);
        assertEquals(Optional.empty(), engine().get("key"));
        assertEquals(Optional.empty(), engine().get("short"));
    }

    @Test
    void expireAndPersist_absentOrExpired_writeNothing() {
        engine().set("gone", "value");
        engine().remove("gone");
        engine().set("expired", "value", SECOND);
        clock.move(SECOND);
        for (String key : new String[] {"never", "gone", "expired"}) {
            assertFalse(engine().expire(key, SECOND), key);
            assertFalse(engine().persist(key), key);
            assertEquals(Optional.empty(), engine().get(key));
        }
    }

    @Test
    void persist_takesTheTimeAway() {
        engine().set("key", "value", SECOND);
        assertTrue(engine().persist("key"));
        assertFalse(engine().persist("key"));
        clock.move(SECOND);
        assertEquals(Optional.of("value"), engine().get("key"));
    }

    @Test
    void compareAndSet_expired_isAbsent() {
        engine().set("key", "value", SECOND);
        assertFalse(engine().setIfAbsent("key", "other"));
        clock.move(SECOND);
        byte[] key = OrderedContract.bytes("key");
        assertFalse(engine().compareAndSet(key, OrderedContract.bytes("value"), null));
        assertTrue(engine().compareAndSet(key, null, null));
        assertTrue(engine().setIfAbsent("key", "other"));
        assertEquals(Optional.of("other"), engine().get("key"));
        assertEquals(1, engine().size());
    }

    @Test
    void add_expired_countsFromZeroForever() {
        engine().add("key", 5);
        assertTrue(engine().expire("key", SECOND));
        clock.move(SECOND);
        assertEquals(3, engine().add("key", 3));
        assertEquals(Optional.empty(), engine().expiry("key"));
    }

    @Test
    void remove_expired_isNotFoundAndDropsIt() throws Exception {
        engine().set("key", "value", SECOND);
        clock.move(SECOND);
        assertEquals(1, engine().size());
        assertThrows(KeyNotFoundException.class, () -> engine().remove("key"));
        assertEquals(0, engine().size());
        clock.move(SECOND.negated());
        assertEquals(Optional.empty(), engine().get("key"));
        reopen();
        assertEquals(Optional.empty(), engine().get("key"));
    }

    @Test
    void write_batch_givesTimesFromWhenItIsApplied() {
        WriteBatch batch = new WriteBatch().set("a", "1", SECOND).set("b", "2");
        clock.move(SECOND);
        engine().write(batch);
        assertEquals("a=1 b=2", entries(engine()));
        clock.move(SECOND);
        assertEquals("b=2", entries(engine()));
        engine().write(batch);
        assertEquals("a=1 b=2", entries(engine()));
        engine().write(new WriteBatch().set("a", "3"));
        clock.move(SECOND);
        assertEquals("a=3 b=2", entries(engine()));
    }

    @Test
    void scan_leavesOutWhatHasExpired() {
        for (int i = 0; i < 10; i++) {
            engine().set("key " + i, "" + i, Duration.ofSeconds(i % 3 + 1));
        }
        engine().set("last", "forever");
        clock.move(SECOND);
        Scan all = Scan.all();
        assertEquals("1 2 4 5 7 8 forever", values(engine(), all));
        assertEquals("forever 8 7 5 4 2 1", values(engine(), all.reversed()));
        assertEquals("1 2 4", values(engine(), all.limit(3)));
        assertEquals(7, engine().count(all));
        engine().compact();
        clock.move(SECOND);
        assertEquals("2 5 8 forever", values(engine(), all));
        assertEquals(4, engine().count(all));
    }

    @Test
    void scan_whatExpiresMeanwhile_staysForTheCursor() {
        for (int i = 0; i < 300; i++) {
            engine().set("key " + i, "value", SECOND);
        }
        try (Cursor cursor = engine().scan(Scan.all())) {
            int count = 0;
            while (cursor.next()) {
                clock.move(SECOND);
                assertArrayEquals(OrderedContract.bytes("value"), cursor.value());
                count++;
            }
            assertEquals(300, count);
        }
    }

    @Test
    void snapshot_seesWhatHadNotExpiredWhenItWasTaken() {
        engine().set("key", "older");
        engine().set("key", "value", SECOND);
        engine().set("past", "value", MILLI);
        clock.move(MILLI);
        try (Snapshot snapshot = engine().snapshot()) {
            clock.move(SECOND);
            assertEquals("key=value", entries(snapshot));
            engine().compact();
            assertEquals(Optional.of("value"), snapshot.get("key"));
            assertEquals(Optional.empty(), snapshot.get("past"));
            assertEquals("key=value", entries(snapshot));
            assertEquals("", entries(engine()));
            clock.move(Duration.ofSeconds(-2));
            assertEquals(Optional.empty(), snapshot.get("past"));
        }
    }

    @Test
    void setIfAbsent_withTimeToLive_isALease() {
        assertTrue(engine().setIfAbsent("key", "mine", SECOND));
        assertFalse(engine().setIfAbsent("key", "yours", SECOND));
        clock.move(SECOND);
        assertTrue(engine().setIfAbsent("key", "yours", SECOND));
        byte[] key = OrderedContract.bytes("key");
        byte[] yours = OrderedContract.bytes("yours");
        assertFalse(engine().compareAndSet(key, null, yours, SECOND));
        assertTrue(engine().compareAndSet(key, yours, yours, Duration.ofSeconds(2)));
        clock.move(SECOND);
        assertEquals("key=yours", entries(engine()));
        clock.move(SECOND);
        assertEquals("", entries(engine()));
        refused(() -> engine().setIfAbsent("key", "mine", Duration.ZERO));
    }

    @Test
    void cursor_tellsWhenValuesExpire() {
        Instant now = clock.instant();
        engine().set("a", "forever");
        engine().set("b", "value", SECOND);
        try (Snapshot snapshot = engine().snapshot();
                Transaction transaction = engine().begin()) {
            transaction.set("a", "value", SECOND);
            for (Cursor cursor :
                    List.of(
                            engine().scan(Scan.all()),
                            snapshot.scan(Scan.all().keysOnly()),
                            transaction.scan(Scan.all()))) {
                assertThrows(IllegalStateException.class, cursor::expiry);
                assertTrue(cursor.next());
                assertEquals(Optional.empty(), cursor.expiry());
                assertTrue(cursor.next());
                assertEquals(Optional.of(now.plusSeconds(1)), cursor.expiry());
                cursor.close();
            }
        }
    }

    @Test
    void transaction_whatItWrites_livesFromTheCommitOn() {
        try (Transaction transaction = engine().begin()) {
            transaction.set("a", "1", SECOND);
            transaction.set("b", "2");
            refused(() -> transaction.set("c", "3", Duration.ZERO));
            clock.move(Duration.ofSeconds(2));
            assertEquals("a=1 b=2", entries(transaction));
            transaction.commit();
        }
        assertEquals("a=1 b=2", entries(engine()));
        clock.move(SECOND);
        assertEquals("b=2", entries(engine()));
    }

    @Test
    void transaction_hasReadWhatExpiresBeforeItsCommit_isAConflict() {
        for (boolean compacted : new boolean[] {false, true}) {
            engine().set("key", "value", SECOND);
            try (Transaction transaction = engine().begin()) {
                assertEquals(Optional.of("value"), transaction.get("key"));
                transaction.set("other", "value");
                clock.move(SECOND);
                if (compacted) {
                    engine().compact();
                }
                assertEquals(Optional.of("value"), transaction.get("key"));
                assertThrows(ConflictException.class, transaction::commit);
            }
            assertEquals("", entries(engine()));
        }
    }

    @Test
    void transaction_hasScannedWhatExpiresBeforeItsCommit_isAConflict() {
        engine().set("a", "value", SECOND);
        engine().set("b", "value");
        try (Transaction transaction = engine().begin()) {
            assertEquals(2, transaction.count(Scan.all()));
            transaction.set("c", "value");
            clock.move(SECOND);
            assertThrows(ConflictException.class, transaction::commit);
        }
        assertEquals("b=value", entries(engine()));
    }

    @Test
    void transaction_hasNotReadWhatExpires_isCommitted() {
        engine().set("expired", "value", SECOND);
        clock.move(SECOND);
        engine().set("overwritten", "value", SECOND);
        engine().set("unread", "value", SECOND);
        engine().set("z", "value", Duration.ofSeconds(2));
        try (Transaction transaction = engine().begin()) {
            assertEquals(Optional.empty(), transaction.get("expired"));
            transaction.set("overwritten", "other");
            assertEquals(1, transaction.count(Scan.all().from("v")));
            assertEquals(1, transaction.count(Scan.all().from("a").to("p")));
            clock.move(SECOND);
            transaction.commit();
        }
        assertEquals("overwritten=other z=value", entries(engine()));
    }

    @Test
    void transaction_onlyReads_endsAtItsBeginning() {
        engine().set("key", "value", SECOND);
        try (Transaction transaction = engine().begin()) {
            assertEquals(Optional.of("value"), transaction.get("key"));
            clock.move(SECOND);
            transaction.commit();
        }
    }

    @Test
    void transaction_expiryThatWasChanged_isAConflict() {
        engine().set("key", "value", SECOND);
        try (Transaction transaction = engine().begin()) {
            assertEquals(Optional.of("value"), transaction.get("key"));
            transaction.set("other", "value");
            assertTrue(engine().persist("key"));
            assertThrows(ConflictException.class, transaction::commit);
        }
    }

    @Test
    void compact_dropsWhatHasExpired() throws Exception {
        for (int i = 0; i < 100; i++) {
            engine().set("key " + i, "older");
            engine().set("key " + i, "value", Duration.ofSeconds(1 + i % 2));
        }
        clock.move(SECOND);
        assertEquals(100, engine().size());
        engine().compact();
        assertEquals(50, engine().size());
        clock.move(SECOND.negated());
        assertEquals(50, engine().count(Scan.all()));
        reopen();
        assertEquals(50, engine().size());
        clock.move(Duration.ofSeconds(2));
        assertEquals(0, engine().count(Scan.all()));
        engine().compact();
        assertEquals(0, engine().size());
    }

    @Test
    void reopen_timesToLiveGoOn() throws Exception {
        engine().set("a", "1", SECOND);
        engine().set("b", "2", Duration.ofSeconds(2));
        Instant now = clock.instant();
        clock.move(SECOND);
        reopen();
        assertEquals("b=2", entries(engine()));
        assertEquals(Optional.of(now.plusSeconds(2)), engine().expiry("b"));
        engine().compact();
        reopen();
        assertEquals("b=2", entries(engine()));
        assertEquals(Optional.of(now.plusSeconds(2)), engine().expiry("b"));
        assertEquals(1, engine().size());
    }

    /// A value with the time at which it expires.
    private record Lease(String value, Instant end) {}

    @Test
    void randomOperations_agreeWithAModel() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        Map<String, Lease> model = new TreeMap<>();
        for (int step = 0; step < STEPS; step++) {
            String key = "key " + random.nextInt(100);
            String value = "value " + random.nextInt(3) + " ".repeat(random.nextInt(200));
            Duration timeToLive = Duration.ofMillis(1 + random.nextInt(1 << random.nextInt(12)));
            Instant end = clock.instant().plus(timeToLive);
            int choice = random.nextInt(100);
            String place = "seed " + SEED + ", step " + step;
            if (choice < 35) {
                engine().set(key, value, timeToLive);
                model.put(key, new Lease(value, end));
            } else if (choice < 45) {
                engine().set(key, value);
                model.put(key, new Lease(value, Instant.MAX));
            } else if (choice < 55) {
                Lease old = model.remove(key);
                boolean found = true;
                try {
                    engine().remove(key);
                } catch (KeyNotFoundException e) {
                    found = false;
                }
                assertEquals(isLive(old), found, place);
            } else if (choice < 62) {
                Lease old = model.get(key);
                assertEquals(isLive(old), engine().expire(key, timeToLive), place);
                model.computeIfPresent(
                        key, (_, lease) -> isLive(lease) ? new Lease(lease.value, end) : lease);
            } else if (choice < 66) {
                Lease old = model.get(key);
                boolean expires = old != null && isLive(old) && !old.end.equals(Instant.MAX);
                assertEquals(expires, engine().persist(key), place);
                model.computeIfPresent(
                        key,
                        (_, lease) -> isLive(lease) ? new Lease(lease.value, Instant.MAX) : lease);
            } else if (choice < 72) {
                String other = "key " + random.nextInt(100);
                engine().write(new WriteBatch().set(key, value, timeToLive).remove(other));
                model.put(key, new Lease(value, end));
                model.remove(other);
            } else if (choice < 85) {
                clock.move(Duration.ofMillis(random.nextInt(50)));
            } else {
                Lease lease = model.get(key);
                Optional<String> expected =
                        lease != null && isLive(lease)
                                ? Optional.of(lease.value)
                                : Optional.empty();
                assertEquals(expected, engine().get(key), place);
            }
            if (step % 500 == 0) {
                assertEquals(text(model), entries(engine()), place);
                if (random.nextBoolean()) {
                    engine().compact();
                    assertEquals(
                            model.values().stream().filter(this::isLive).count(),
                            engine().size(),
                            place);
                } else {
                    reopen();
                }
                assertEquals(text(model), entries(engine()), place);
            }
        }
    }

    private boolean isLive(@Nullable Lease lease) {
        return lease != null && lease.end.isAfter(clock.instant());
    }

    private String text(Map<String, Lease> model) {
        StringBuilder text = new StringBuilder();
        model.forEach((key, lease) -> {
            if (isLive(lease)) {
                text.append(text.isEmpty() ? "" : " ").append(key).append('=').append(lease.value);
            }
        });
        return text.toString();
    }

    private static String entries(OrderedReader reader) {
        return OrderedContract.entries(reader, Scan.all());
    }

    private static String values(OrderedReader reader, Scan scan) {
        return OrderedContract.entries(reader, scan).replaceAll("(key \\d|last)=", "");
    }
}
