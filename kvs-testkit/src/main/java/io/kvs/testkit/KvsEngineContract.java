package io.kvs.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.InvalidKeyException;
import io.kvs.KeyNotFoundException;
import io.kvs.KvsEngine;
import io.kvs.SerializationException;
import io.kvs.StoreClosedException;
import io.kvs.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every storage engine does, local or behind a client: a subclass says how to open one.
///
/// `-Dkvs.seed=` chooses the random operations; a failure names the seed.
public abstract class KvsEngineContract {
    private static final int MANY_KEYS = 20_000;
    private static final int STEPS = 60_000;
    private static final int STEPS_BETWEEN_CHECKS = 15_000;
    private static final long SEED = Long.getLong("kvs.seed", 1);

    private @Nullable KvsEngine opened;

    /// Makes the contract of an engine.
    protected KvsEngineContract() {}

    /// Opens the engine on the data of this test: empty the first time, and what the last one left
    /// behind each further time. The earlier engine has been closed.
    protected abstract KvsEngine open() throws Exception;

    /// Returns the largest value that is tried, in bytes.
    protected int valueLengthMax() {
        return 20 << 20;
    }

    /// Returns whether the engine keeps its entries when it is closed and opened again. One that
    /// does not is never closed within a test of what is kept.
    protected boolean isDurable() {
        return true;
    }

    /// Releases what the engine stood on, after the last one was closed.
    protected void release() throws Exception {}

    /// Opens the first engine.
    @BeforeEach
    final void openFirst() throws Exception {
        opened = open();
    }

    /// Closes the last engine.
    @AfterEach
    final void closeLast() throws Exception {
        if (opened != null) {
            opened.close();
        }
        release();
    }

    /// Returns the engine that is open.
    protected final KvsEngine engine() {
        if (opened == null) {
            throw new IllegalStateException("no engine is open");
        }
        return opened;
    }

    /// Closes the engine and opens it again, if it is durable.
    protected final KvsEngine reopen() throws Exception {
        if (!isDurable()) {
            return engine();
        }
        engine().close();
        opened = null;
        KvsEngine next = open();
        opened = next;
        return next;
    }

    // Single keys.

    @Test
    void get_newStore_isEmpty() {
        assertEquals(Optional.empty(), engine().get("key"));
        assertEquals(0, engine().size());
    }

    @Test
    void get_afterSet_isTheValue() {
        engine().set("key", "value");

        assertEquals(Optional.of("value"), engine().get("key"));
    }

    @Test
    void get_absentKeyBesideOthers_isEmpty() {
        engine().set("key", "value");

        assertEquals(Optional.empty(), engine().get("ke"));
        assertEquals(Optional.empty(), engine().get("key1"));
        assertEquals(Optional.empty(), engine().get("yek"));
    }

    @Test
    void set_keyThatIsThere_replacesTheValue() {
        engine().set("key", "a long first value");
        engine().set("key", "second");
        assertEquals(Optional.of("second"), engine().get("key"));

        engine().set("key", "a third value that is longer");
        assertEquals(Optional.of("a third value that is longer"), engine().get("key"));
        assertEquals(1, engine().size());
    }

    @Test
    void set_sameValueAgain_keepsIt() {
        engine().set("key", "value");
        engine().set("key", "value");

        assertEquals(Optional.of("value"), engine().get("key"));
        assertEquals(1, engine().size());
    }

    @Test
    void set_emptyValue_isPresentAndEmpty() {
        engine().set(bytes("key"), new byte[0]);

        assertArrayEquals(new byte[0], engine().get(bytes("key")).orElseThrow());
        assertEquals(Optional.of(""), engine().get("key"));
        assertEquals(1, engine().size());
    }

    @Test
    void remove_presentKey_makesItAbsent() {
        engine().set("key", "value");
        engine().set("other", "kept");

        engine().remove("key");

        assertEquals(Optional.empty(), engine().get("key"));
        assertEquals(Optional.of("kept"), engine().get("other"));
        assertEquals(1, engine().size());
    }

    @Test
    void remove_absentKey_isKeyNotFound() {
        engine().set("other", "value");

        assertThrows(KeyNotFoundException.class, () -> engine().remove("key"));
        assertThrows(KeyNotFoundException.class, () -> engine().remove(bytes("key")));
        assertEquals(1, engine().size());
    }

    @Test
    void remove_twice_isKeyNotFound() {
        engine().set("key", "value");
        engine().remove("key");

        assertThrows(KeyNotFoundException.class, () -> engine().remove("key"));
        assertEquals(0, engine().size());
    }

    @Test
    void set_afterRemove_isThereAgain() {
        engine().set("key", "first");
        engine().remove("key");
        engine().set("key", "first");

        assertEquals(Optional.of("first"), engine().get("key"));
        assertEquals(1, engine().size());
    }

    // Changes that depend on what is there.

    @Test
    void compareAndSet_everyCase_changesOnlyWhatIsExpected() throws Exception {
        byte[] key = bytes("key");
        assertFalse(engine().compareAndSet(key, bytes("a"), bytes("b")));
        assertTrue(engine().compareAndSet(key, null, null));
        assertEquals(Optional.empty(), engine().get("key"));

        assertTrue(engine().compareAndSet(key, null, bytes("a")));
        assertFalse(engine().compareAndSet(key, null, bytes("b")));
        assertFalse(engine().compareAndSet(key, null, null));
        assertFalse(engine().compareAndSet(key, bytes("A"), bytes("b")));
        assertFalse(engine().compareAndSet(key, bytes("aa"), null));
        assertEquals(Optional.of("a"), engine().get("key"));

        assertTrue(engine().compareAndSet(key, bytes("a"), bytes("a")));
        assertTrue(engine().compareAndSet(key, bytes("a"), bytes("")));
        assertFalse(engine().compareAndSet(key, null, bytes("b")));
        assertEquals(Optional.of(""), reopen().get("key"));

        assertTrue(engine().compareAndSet(key, bytes(""), null));
        assertEquals(0, engine().size());
        assertEquals(Optional.empty(), reopen().get("key"));
        assertTrue(engine().setIfAbsent("key", "again"));
        assertFalse(engine().setIfAbsent("key", "once more"));
        assertEquals(Optional.of("again"), reopen().get("key"));
        assertEquals(1, engine().size());
    }

    @Test
    void compareAndSet_wrongKey_isInvalid() {
        byte[] empty = {};

        assertThrows(
                InvalidKeyException.class,
                () -> engine().compareAndSet(empty, null, bytes("value")));
        assertThrows(InvalidKeyException.class, () -> engine().getAll(List.of(empty)));
        assertEquals(0, engine().size());
    }

    @Test
    void compareAndSet_severalThreads_losesNoChange() throws Exception {
        int threads = 4;
        int turns = 500;
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(
                        executor.submit(() -> {
                            for (int turn = 0; turn < turns; turn++) {
                                engine().add("sum", turn % 2 == 0 ? 3 : -1);
                            }
                        }));
            }
            for (Future<?> thread : running) {
                thread.get();
            }
        }

        assertEquals(Optional.of(Integer.toString(threads * turns)), engine().get("sum"));
    }

    @Test
    void add_everyKindOfValue_isTheSumOrAnError() {
        assertEquals(5, engine().add("n", 5));
        assertEquals(-2, engine().add("n", -7));
        assertEquals(Optional.of("-2"), engine().get("n"));
        engine().set("n", Long.toString(Long.MAX_VALUE));
        assertThrows(ArithmeticException.class, () -> engine().add("n", 1));
        assertEquals(Long.MAX_VALUE, engine().add("n", 0));
        for (String text : List.of("", " 1", "1x", "+1", "01", "9223372036854775808")) {
            engine().set("n", text);
            assertThrows(SerializationException.class, () -> engine().add("n", 1), text);
            assertEquals(Optional.of(text), engine().get("n"));
        }
    }

    @Test
    void update_valueOrAbsence_isWhatTheChangeMakesOfIt() {
        byte[] key = bytes("key");

        assertArrayEquals(bytes("1"), engine().update(key, old -> bytes(old == null ? "1" : "?")));
        engine().update(
                        key,
                        old -> {
                            assertArrayEquals(bytes("1"), old);
                            return bytes("2");
                        });
        assertEquals(Optional.of("2"), engine().get("key"));
        assertNull(engine().update(key, old -> null));
        assertEquals(Optional.empty(), engine().get("key"));
    }

    @Test
    void getAll_presentAndAbsentKeys_areInOrder() {
        List<byte[]> keys = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            keys.add(bytes("key " + i * 7 % 1000));
            if (i % 3 != 0) {
                engine().set("key " + i, "value " + i);
            }
        }

        List<Optional<byte[]>> values = engine().getAll(keys);

        assertEquals(1000, values.size());
        for (int i = 0; i < 1000; i++) {
            int number = i * 7 % 1000;
            String expected = number % 3 == 0 ? null : "value " + number;
            assertEquals(
                    Optional.ofNullable(expected),
                    values.get(i).map(value -> new String(value, StandardCharsets.UTF_8)));
        }
        assertEquals(List.of(), engine().getAll(List.of()));
    }

    // Keys.

    @Test
    void everyOperation_emptyKey_isInvalid() {
        byte[] empty = {};

        assertThrows(InvalidKeyException.class, () -> engine().set(empty, bytes("value")));
        assertThrows(InvalidKeyException.class, () -> engine().get(empty));
        assertThrows(InvalidKeyException.class, () -> engine().remove(empty));
        assertThrows(InvalidKeyException.class, () -> engine().set("", "value"));
        assertThrows(InvalidKeyException.class, () -> engine().get(""));
        assertThrows(InvalidKeyException.class, () -> engine().remove(""));
        assertThrows(InvalidKeyException.class, () -> new WriteBatch().set("", "value"));
        assertThrows(InvalidKeyException.class, () -> new WriteBatch().remove(empty));
        assertEquals(0, engine().size());
    }

    @Test
    void set_longestKey_isFound() throws Exception {
        byte[] key = new byte[InvalidKeyException.KEY_LENGTH_MAX];
        Arrays.fill(key, (byte) 0x7F);
        byte[] other = key.clone();
        other[0]++;
        byte[] lateOther = key.clone();
        lateOther[key.length - 1]++;

        engine().set(key, bytes("value"));
        engine().set(other, bytes("other"));
        engine().set(lateOther, bytes("late other"));

        assertArrayEquals(bytes("value"), engine().get(key).orElseThrow());
        assertArrayEquals(bytes("other"), engine().get(other).orElseThrow());
        KvsEngine next = reopen();
        assertArrayEquals(bytes("value"), next.get(key).orElseThrow());
        assertArrayEquals(bytes("late other"), next.get(lateOther).orElseThrow());
        next.remove(key);
        assertEquals(Optional.empty(), next.get(key));
    }

    @Test
    void everyOperation_keyOverTheLimit_isInvalidAndSaysWhy() {
        byte[] key = new byte[InvalidKeyException.KEY_LENGTH_MAX + 1];

        InvalidKeyException e =
                assertThrows(InvalidKeyException.class, () -> engine().set(key, bytes("value")));
        assertTrue(String.valueOf(e.getMessage()).contains("65537"), e.getMessage());
        assertThrows(InvalidKeyException.class, () -> engine().get(key));
        assertThrows(InvalidKeyException.class, () -> engine().remove(key));
        assertThrows(InvalidKeyException.class, () -> new WriteBatch().set(key, bytes("value")));
        assertEquals(0, engine().size());
    }

    @Test
    void get_binaryKeys_areToldApart() throws Exception {
        byte[][] keys = {
            {0},
            {0, 0},
            {0, 0, 0},
            {-1},
            {-1, -1},
            {127},
            {-128},
            {0, 1, 2, 3, 4, 5, 6, 7},
            {0, 1, 2, 3, 4, 5, 6, 7, 0},
            {0, 1, 2, 3, 4, 5, 6, 7, 8}
        };
        for (int i = 0; i < keys.length; i++) {
            engine().set(keys[i], new byte[] {(byte) i});
        }

        KvsEngine next = reopen();

        assertEquals(keys.length, next.size());
        for (int i = 0; i < keys.length; i++) {
            assertArrayEquals(new byte[] {(byte) i}, next.get(keys[i]).orElseThrow());
        }
    }

    // Text.

    @Test
    void get_textOfEveryKind_isTheText() throws Exception {
        String[] texts = {"a", "grüße", "日本語", "😀𝄞", "\0\n\uFFFF", "e\u0301"};
        for (String text : texts) {
            engine().set("key " + text, text);
        }

        KvsEngine next = reopen();

        for (String text : texts) {
            assertEquals(Optional.of(text), next.get("key " + text));
            assertArrayEquals(bytes(text), next.get(bytes("key " + text)).orElseThrow());
        }
    }

    @Test
    void everyOperation_unpairedSurrogate_isNotSerializable() {
        for (String broken : new String[] {"\uD83D", "\uDE00", "a\uDE00\uD83D"}) {
            assertThrows(SerializationException.class, () -> engine().set(broken, "value"));
            assertThrows(SerializationException.class, () -> engine().set("key", broken));
            assertThrows(SerializationException.class, () -> engine().get(broken));
            assertThrows(SerializationException.class, () -> engine().remove(broken));
            assertThrows(SerializationException.class, () -> new WriteBatch().set("key", broken));
        }
        assertEquals(0, engine().size());
    }

    @Test
    void getText_valueThatIsNotUtf8_isNotSerializable() {
        byte[] value = {(byte) 0xC3, 0x28};
        engine().set(bytes("key"), value);

        assertThrows(SerializationException.class, () -> engine().get("key"));
        assertArrayEquals(value, engine().get(bytes("key")).orElseThrow());
    }

    // Arrays.

    @Test
    void set_arraysChangedAfterwards_keepsWhatWasGiven() throws Exception {
        byte[] key = bytes("key");
        byte[] value = bytes("value");
        engine().set(key, value);
        WriteBatch batch = new WriteBatch();
        byte[] batchKey = bytes("batch");
        byte[] batchValue = bytes("batched");
        batch.set(batchKey, batchValue);

        Arrays.fill(key, (byte) 'x');
        Arrays.fill(value, (byte) 'x');
        Arrays.fill(batchKey, (byte) 'x');
        Arrays.fill(batchValue, (byte) 'x');
        engine().write(batch);

        KvsEngine next = reopen();
        assertEquals(Optional.of("value"), next.get("key"));
        assertEquals(Optional.of("batched"), next.get("batch"));
        assertEquals(2, next.size());
    }

    @Test
    void get_resultChanged_changesNothing() {
        engine().set("key", "value");

        Arrays.fill(engine().get(bytes("key")).orElseThrow(), (byte) 'x');

        assertEquals(Optional.of("value"), engine().get("key"));
    }

    // Batches.

    @Test
    void write_batch_appliesEveryOperation() throws Exception {
        engine().set("removed", "old");
        engine().set("replaced", "old");

        engine().write(
                        new WriteBatch()
                                .set("added", "new")
                                .remove("removed")
                                .set("replaced", "new")
                                .set("empty", ""));

        checkBatch(engine());
        checkBatch(reopen());
    }

    private static void checkBatch(KvsEngine engine) {
        assertEquals(Optional.of("new"), engine.get("added"));
        assertEquals(Optional.empty(), engine.get("removed"));
        assertEquals(Optional.of("new"), engine.get("replaced"));
        assertEquals(Optional.of(""), engine.get("empty"));
        assertEquals(3, engine.size());
    }

    @Test
    void write_severalOperationsOnAKey_lastWins() {
        engine().set("b", "old");

        engine().write(
                        new WriteBatch()
                                .set("a", "1")
                                .remove("a")
                                .set("a", "2")
                                .set("b", "1")
                                .remove("b")
                                .remove("c")
                                .set("c", "3"));

        assertEquals(Optional.of("2"), engine().get("a"));
        assertEquals(Optional.empty(), engine().get("b"));
        assertEquals(Optional.of("3"), engine().get("c"));
        assertEquals(2, engine().size());
    }

    @Test
    void write_removalOfAnAbsentKey_isNoError() throws Exception {
        engine().write(new WriteBatch().remove("absent").set("key", "value"));
        engine().write(new WriteBatch().remove("absent"));

        assertEquals(Optional.of("value"), engine().get("key"));
        assertEquals(1, engine().size());
        assertEquals(1, reopen().size());
    }

    @Test
    void write_emptyBatch_changesNothing() {
        engine().set("key", "value");

        engine().write(new WriteBatch());

        assertEquals(1, engine().size());
    }

    @Test
    void write_sameBatchTwice_appliesItTwice() {
        WriteBatch batch = new WriteBatch().set("key", "value").remove("other");
        engine().write(batch);
        engine().set("key", "changed");
        engine().set("other", "added");

        engine().write(batch);

        assertEquals(Optional.of("value"), engine().get("key"));
        assertEquals(1, engine().size());
    }

    @Test
    void write_batchOfThousands_isAllThere() throws Exception {
        WriteBatch batch = new WriteBatch();
        for (int i = 0; i < 5_000; i++) {
            batch.set("key " + i, "value " + i);
        }

        engine().write(batch);

        KvsEngine next = reopen();
        assertEquals(5_000, next.size());
        for (int i = 0; i < 5_000; i++) {
            assertEquals(Optional.of("value " + i), next.get("key " + i));
        }
    }

    // Values.

    @Test
    void get_valuesOfManyLengths_areWhole() throws Exception {
        int[] lengths = {0, 1, 7, 8, 9, 511, 512, 513, 4_050, 4_096, 5_000, 65_536, 100_000};
        for (int length : lengths) {
            engine().set(bytes("key " + length), random(length, length));
        }

        KvsEngine next = reopen();
        next.compact();

        for (int length : lengths) {
            assertArrayEquals(
                    random(length, length), next.get(bytes("key " + length)).orElseThrow());
        }
    }

    @Test
    void get_largeValues_areWhole() throws Exception {
        int megabyte = Math.min(1 << 20, valueLengthMax());
        engine().set(bytes("large"), random(1, megabyte));
        engine().set(bytes("largest"), random(2, valueLengthMax()));
        engine().set(bytes("large"), random(3, megabyte));
        assertArrayEquals(
                random(2, valueLengthMax()), engine().get(bytes("largest")).orElseThrow());

        KvsEngine next = reopen();
        next.compact();

        assertArrayEquals(random(2, valueLengthMax()), next.get(bytes("largest")).orElseThrow());
        assertArrayEquals(random(3, megabyte), next.get(bytes("large")).orElseThrow());
        assertEquals(2, next.size());
    }

    // Life.

    @Test
    void reopen_afterChanges_keepsEverything() throws Exception {
        engine().set("kept", "value");
        engine().set("replaced", "old");
        engine().set("removed", "old");
        KvsEngine second = reopen();
        second.set("replaced", "new");
        second.remove("removed");

        KvsEngine third = reopen();
        assertEquals(Optional.of("value"), third.get("kept"));
        assertEquals(Optional.of("new"), third.get("replaced"));
        assertEquals(Optional.empty(), third.get("removed"));
        assertEquals(2, third.size());
        assertThrows(KeyNotFoundException.class, () -> third.remove("removed"));
    }

    @Test
    void reopen_withoutChanges_keepsEverything() throws Exception {
        engine().set("key", "value");
        for (int i = 0; i < 5; i++) {
            assertEquals(Optional.of("value"), reopen().get("key"));
        }
    }

    @Test
    void compact_afterChanges_keepsEverything() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            engine().set("key " + i, "old " + i);
        }
        for (int i = 0; i < 1_000; i += 2) {
            engine().set("key " + i, "new " + i);
        }
        for (int i = 0; i < 1_000; i += 5) {
            engine().remove("key " + i);
        }

        engine().compact();
        checkCompacted(engine());
        engine().compact();
        checkCompacted(engine());
        checkCompacted(reopen());
    }

    private static void checkCompacted(KvsEngine engine) {
        assertEquals(800, engine.size());
        for (int i = 0; i < 1_000; i++) {
            Optional<String> expected =
                    i % 5 == 0 ? Optional.empty() : Optional.of((i % 2 == 0 ? "new " : "old ") + i);
            assertEquals(expected, engine.get("key " + i));
        }
    }

    @Test
    void compact_newStore_doesNothing() throws Exception {
        engine().compact();

        assertEquals(0, engine().size());
        assertEquals(0, reopen().size());
    }

    @Test
    void compact_everythingRemoved_staysRemoved() throws Exception {
        for (int i = 0; i < 100; i++) {
            engine().set("key " + i, "value");
        }
        engine().compact();
        for (int i = 0; i < 100; i++) {
            engine().remove("key " + i);
        }

        engine().compact();

        assertEquals(0, engine().size());
        assertEquals(Optional.empty(), engine().get("key 1"));
        assertEquals(0, reopen().size());
        assertEquals(Optional.empty(), engine().get("key 1"));
    }

    @Test
    void sync_afterWrites_returns() {
        engine().sync();
        engine().set("key", "value");
        engine().sync();

        assertEquals(Optional.of("value"), engine().get("key"));
    }

    @Test
    void close_twice_doesNothing() {
        engine().set("key", "value");

        engine().close();
        engine().close();
    }

    @Test
    void everyOperation_afterClose_isStoreClosed() {
        KvsEngine engine = engine();
        engine.set("key", "value");
        engine.close();

        assertThrows(StoreClosedException.class, () -> engine.set("key", "value"));
        assertThrows(StoreClosedException.class, () -> engine.set("key", "other"));
        assertThrows(StoreClosedException.class, () -> engine.get("key"));
        assertThrows(StoreClosedException.class, () -> engine.get("absent"));
        assertThrows(StoreClosedException.class, () -> engine.remove("key"));
        assertThrows(StoreClosedException.class, () -> engine.remove("absent"));
        assertThrows(
                StoreClosedException.class, () -> engine.write(new WriteBatch().set("a", "b")));
        assertThrows(StoreClosedException.class, engine::sync);
        assertThrows(StoreClosedException.class, engine::compact);
        assertThrows(StoreClosedException.class, engine::size);
    }

    // Everything at once.

    @Test
    void everyOperation_atRandom_agreesWithTheModel() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        NavigableMap<byte[], byte[]> model = ReferenceModel.newState();
        for (int step = 1; step <= STEPS; step++) {
            step(random, model, step);
            if (step % STEPS_BETWEEN_CHECKS == 0) {
                engine().compact();
                check(model, "after compaction at step " + step);
                reopen();
                check(model, "after reopening at step " + step);
            }
        }
    }

    private void step(SplittableRandom random, NavigableMap<byte[], byte[]> model, int step) {
        byte[] key = bytes("key " + random.nextInt(MANY_KEYS));
        int choice = random.nextInt(100);
        if (choice < 60) {
            byte[] value = new byte[random.nextInt(random.nextInt(50) == 0 ? 3_000 : 100)];
            random.nextBytes(value);
            engine().set(key, value);
            model.put(key, value);
        } else if (choice < 80) {
            checkKey(key, model, "step " + step);
        } else if (choice < 95) {
            if (model.remove(key) == null) {
                assertThrows(KeyNotFoundException.class, () -> engine().remove(key));
            } else {
                engine().remove(key);
            }
        } else {
            engine().write(batch(random, model));
        }
    }

    private static WriteBatch batch(SplittableRandom random, NavigableMap<byte[], byte[]> model) {
        WriteBatch batch = new WriteBatch();
        for (int i = random.nextInt(20); i >= 0; i--) {
            byte[] key = bytes("key " + random.nextInt(MANY_KEYS));
            if (random.nextBoolean()) {
                byte[] value = bytes("batched " + random.nextInt());
                batch.set(key, value);
                model.put(key, value);
            } else {
                batch.remove(key);
                model.remove(key);
            }
        }
        return batch;
    }

    private void check(Map<byte[], byte[]> model, String when) {
        assertEquals(model.size(), engine().size(), when);
        for (int i = 0; i < MANY_KEYS; i++) {
            checkKey(bytes("key " + i), model, when);
        }
    }

    private void checkKey(byte[] key, Map<byte[], byte[]> model, String when) {
        assertArrayEquals(
                model.get(key),
                engine().get(key).orElse(null),
                () -> when + ", key " + Bytes.show(key) + ", seed " + SEED);
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
