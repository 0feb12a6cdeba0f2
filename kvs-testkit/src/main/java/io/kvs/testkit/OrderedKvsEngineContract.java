package io.kvs.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.Cursor;
import io.kvs.Entry;
import io.kvs.InvalidKeyException;
import io.kvs.OrderedKvsEngine;
import io.kvs.OrderedReader;
import io.kvs.Scan;
import io.kvs.Snapshot;
import io.kvs.StoreClosedException;
import io.kvs.WriteBatch;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What the scans and the snapshots of every ordered engine do: a subclass says how to open one.
/// For the rest see {@link KvsEngineContract} and {@link TransactionContract}.
///
/// `-Dkvs.seed=` chooses the random operations; a failure names the seed.
public abstract class OrderedKvsEngineContract extends OrderedContract {
    private static final int MANY_KEYS = 20_000;
    private static final int MODEL_KEYS = 600;
    private static final int STEPS = 6_000;
    private static final int STEPS_BETWEEN_DISTURBANCES = 1_000;
    private static final int SNAPSHOTS_MAX = 4;
    private static final long SEED = Long.getLong("kvs.seed", 1);

    /// Makes the contract of an engine.
    protected OrderedKvsEngineContract() {}

    // Scans.

    @Test
    void scan_newEngine_isEmpty() {
        assertEquals("", keys(engine(), Scan.all()));
        assertEquals("", keys(engine(), Scan.all().reversed()));
        assertEquals(0, engine().count(Scan.all()));
    }

    @Test
    void scan_all_isInOrderWithValues() {
        setAll("c", "a", "bb", "b");
        engine().set("a", "1");
        engine().remove("c");

        assertEquals("a=1 b=b bb=bb", entries(engine(), Scan.all()));
        assertEquals("bb=bb b=b a=1", entries(engine(), Scan.all().reversed()));
    }

    @Test
    void scan_bytesOfEveryValue_areInUnsignedOrder() {
        List<byte[]> expected = new ArrayList<>();
        for (int b = 0; b < 256; b++) {
            expected.add(new byte[] {(byte) b});
            expected.add(new byte[] {(byte) b, 0});
            expected.add(new byte[] {(byte) b, 0x7F});
            expected.add(new byte[] {(byte) b, (byte) 0x80});
            expected.add(new byte[] {(byte) b, (byte) 0xFF});
        }
        for (int i = 0; i < expected.size(); i++) {
            byte[] key = expected.get((i * 7 + 3) % expected.size());
            engine().set(key, key);
        }

        try (Cursor cursor = engine().scan(Scan.all())) {
            for (byte[] key : expected) {
                assertTrue(cursor.next());
                assertArrayEquals(key, cursor.key());
                assertArrayEquals(key, cursor.value());
            }
            assertFalse(cursor.next());
        }
        try (Cursor cursor = engine().scan(Scan.all().reversed())) {
            for (byte[] key : expected.reversed()) {
                assertTrue(cursor.next());
                assertArrayEquals(key, cursor.key());
            }
            assertFalse(cursor.next());
        }
    }

    @Test
    void scan_valuesOfManySizes_givesEachAsOftenAsAsked() {
        NavigableMap<byte[], byte[]> expected = new TreeMap<>(Arrays::compareUnsigned);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 300; i++) {
            byte[] key = new byte[1 + random.nextInt(40)];
            byte[] value = new byte[random.nextInt(i % 3 == 0 ? 1_500 : 150)];
            random.nextBytes(key);
            random.nextBytes(value);
            expected.put(key, value);
            engine().set(key, value);
        }

        assertScanned(expected, Scan.all());
        assertScanned(expected.descendingMap(), Scan.all().reversed());
        engine().compact();
        assertScanned(expected, Scan.all());
        assertScanned(expected.descendingMap(), Scan.all().reversed());
    }

    private void assertScanned(Map<byte[], byte[]> expected, Scan scan) {
        try (Cursor cursor = engine().scan(scan)) {
            expected.forEach((key, value) -> {
                assertTrue(cursor.next());
                assertArrayEquals(value, cursor.value());
                assertArrayEquals(key, cursor.key());
                assertArrayEquals(value, cursor.value());
            });
            assertFalse(cursor.next());
        }
    }

    @Test
    void scan_bounds_includeFromAndExcludeTo() {
        setAll("a", "b", "c", "d");

        assertEquals("b c d", keys(engine(), Scan.all().from("b")));
        assertEquals("c d", keys(engine(), Scan.all().from("b\0")));
        assertEquals("a b", keys(engine(), Scan.all().to("c")));
        assertEquals("a b c", keys(engine(), Scan.all().to("c\0")));
        assertEquals("b c", keys(engine(), Scan.all().from("b").to("d")));
        assertEquals("c b", keys(engine(), Scan.all().from("b").to("d").reversed()));
        assertEquals("", keys(engine(), Scan.all().from("e")));
        assertEquals("d c b a", keys(engine(), Scan.all().to("e").reversed()));
        assertEquals("", keys(engine(), Scan.all().to("a").reversed()));
        assertEquals("", keys(engine(), Scan.all().to("")));
        assertEquals("a b c d", keys(engine(), Scan.all().from("")));
    }

    @Test
    void scan_emptyRange_isEmpty() {
        setAll("a", "b", "c");

        for (Scan scan : List.of(Scan.all().from("b").to("b"), Scan.all().from("c").to("a"))) {
            assertEquals("", keys(engine(), scan));
            assertEquals("", keys(engine(), scan.reversed()));
            assertEquals(0, engine().count(scan));
        }
    }

    @Test
    void scan_prefix_isThoseThatBeginWithIt() {
        setAll("a", "b", "b/", "b/1", "b/2", "b0", "c");

        assertEquals("b/ b/1 b/2", keys(engine(), Scan.prefix("b/")));
        assertEquals("b/2 b/1 b/", keys(engine(), Scan.prefix("b/").reversed()));
        assertEquals("b b/ b/1 b/2 b0", keys(engine(), Scan.prefix("b")));
        assertEquals("b/2", keys(engine(), Scan.prefix("b/").from("b/11")));
        assertEquals("b/ b/1", keys(engine(), Scan.prefix("b/").from("a").to("b/2")));
        assertEquals("", keys(engine(), Scan.prefix("x")));
        assertEquals(7, engine().count(Scan.prefix("")));
    }

    @Test
    void scan_prefixOfLargestBytes_hasNoEnd() {
        byte[][] keys = {
            {1}, {1, -1}, {1, -1, -1}, {1, -1, -1, 5}, {2}, {-1}, {-1, -1}, {-1, -1, 9}
        };
        for (byte[] key : keys) {
            engine().set(key, key);
        }

        assertEquals(3, engine().count(Scan.prefix(new byte[] {1, -1})));
        assertEquals(2, engine().count(Scan.prefix(new byte[] {1, -1, -1})));
        assertEquals(3, engine().count(Scan.prefix(new byte[] {-1})));
        assertEquals(2, engine().count(Scan.prefix(new byte[] {-1, -1}).reversed()));
        assertEquals(0, engine().count(Scan.prefix(new byte[] {-1, -1, -1})));
    }

    @Test
    void scan_limit_endsAfterSoMany() {
        setAll("a", "b", "c", "d");

        assertEquals("", keys(engine(), Scan.all().limit(0)));
        assertEquals("a b", keys(engine(), Scan.all().limit(2)));
        assertEquals("d c", keys(engine(), Scan.all().reversed().limit(2)));
        assertEquals("b c", keys(engine(), Scan.all().from("b").limit(2)));
        assertEquals("a b c d", keys(engine(), Scan.all().limit(9)));
        assertEquals(3, engine().count(Scan.all().limit(3)));
    }

    @Test
    void scan_keysOnly_hasNoValues() {
        setAll("a", "b");

        try (Cursor cursor = engine().scan(Scan.all().keysOnly())) {
            assertTrue(cursor.next());
            assertArrayEquals(bytes("a"), cursor.key());
            assertThrows(IllegalStateException.class, cursor::value);
        }
        assertThrows(IllegalArgumentException.class, () -> engine().stream(Scan.all().keysOnly()));
    }

    @Test
    void scan_emptyAndLargeValues_areWhole() {
        byte[] large = new byte[100_000];
        new SplittableRandom(SEED).nextBytes(large);
        engine().set(bytes("a"), new byte[0]);
        engine().set(bytes("b"), large);
        engine().set("c", "small");

        try (Cursor cursor = engine().scan(Scan.all())) {
            assertTrue(cursor.next());
            assertArrayEquals(new byte[0], cursor.value());
            assertTrue(cursor.next());
            assertArrayEquals(large, cursor.value());
            assertTrue(cursor.next());
            assertArrayEquals(bytes("small"), cursor.value());
        }
    }

    @Test
    void scan_manyKeys_findsEveryRange() {
        WriteBatch batch = new WriteBatch();
        for (int i = 0; i < MANY_KEYS; i++) {
            int number = (int) (i * 7919L % MANY_KEYS);
            batch.set("%06d".formatted(number), Integer.toString(number));
        }
        engine().write(batch);

        assertEquals(MANY_KEYS, engine().count(Scan.all()));
        assertEquals(100, engine().count(Scan.prefix("0043")));
        for (int from = 0; from < MANY_KEYS; from += 997) {
            Scan scan = Scan.all().from("%06d".formatted(from)).to("%06d".formatted(from + 500));
            int number = from;
            int end = Math.min(from + 500, MANY_KEYS);
            try (Cursor up = engine().scan(scan);
                    Cursor down = engine().scan(scan.reversed())) {
                while (up.next()) {
                    assertTrue(down.next());
                    assertArrayEquals(bytes(Integer.toString(number)), up.value());
                    int mirrored = end - 1 - (number - from);
                    assertArrayEquals(bytes("%06d".formatted(mirrored)), down.key());
                    number++;
                }
                assertEquals(end, number);
                assertFalse(down.next());
            }
        }
    }

    @Test
    void scan_writesMeanwhile_areNotSeen() {
        setAll("a", "b", "c", "d");

        try (Cursor up = engine().scan(Scan.all());
                Cursor down = engine().scan(Scan.all().reversed());
                Cursor begun = engine().scan(Scan.all())) {
            assertTrue(begun.next());
            engine().set("a", "new");
            engine().set("bb", "added");
            engine().remove("c");
            engine().write(new WriteBatch().remove("b").set("d", "new"));
            engine().compact();

            assertEquals("a=a b=b c=c d=d", rest(up));
            assertEquals("d=d c=c b=b a=a", rest(down));
            assertEquals("b=b c=c d=d", rest(begun));
        }
        assertEquals("a=new bb=added d=new", entries(engine(), Scan.all()));
    }

    private static String rest(Cursor cursor) {
        List<String> entries = new ArrayList<>();
        while (cursor.next()) {
            Entry entry = new Entry(cursor.key(), cursor.value());
            entries.add(entry.keyText() + "=" + entry.valueText());
        }
        return String.join(" ", entries);
    }

    /// Each batch stores one number under all keys and moves one further key, so a scan that saw a
    /// part of a batch, or two moments, would see two numbers or not one moving key.
    @Test
    void scan_batchesFromOtherThreads_areSeenWholeOrNot() throws Exception {
        int keys = 50;
        AtomicBoolean enough = new AtomicBoolean();
        engine().write(generation(keys, 0));
        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            Future<?> writer =
                    executor.submit(() -> {
                        for (int i = 1; !enough.get(); i++) {
                            engine().write(generation(keys, i));
                        }
                    });
            Future<?> compaction =
                    executor.submit(() -> {
                        while (!enough.get()) {
                            engine().compact();
                        }
                    });
            try {
                for (int i = 0; i < 300; i++) {
                    checkGeneration(i % 2 == 0 ? Scan.all() : Scan.all().reversed(), keys);
                }
            } finally {
                enough.set(true);
            }
            writer.get();
            compaction.get();
        }
    }

    private static WriteBatch generation(int keys, int number) {
        WriteBatch batch = new WriteBatch();
        for (int key = 0; key < keys; key++) {
            batch.set("key " + key, Integer.toString(number));
        }
        return batch.remove("moving " + (number - 1)).set("moving " + number, "" + number);
    }

    private void checkGeneration(Scan scan, int keys) {
        Set<String> values = new HashSet<>();
        int count = 0;
        try (Cursor cursor = engine().scan(scan)) {
            while (cursor.next()) {
                values.add(new Entry(cursor.key(), cursor.value()).valueText());
                count++;
            }
        }
        assertEquals(1, values.size(), () -> "the scan saw several moments: " + values);
        assertEquals(keys + 1, count);
    }

    // Cursors and streams.

    @Test
    void cursor_outsideOfAnEntry_isAnIllegalState() {
        setAll("a");
        try (Cursor cursor = engine().scan(Scan.all())) {
            assertThrows(IllegalStateException.class, cursor::key);
            assertThrows(IllegalStateException.class, cursor::value);
            assertTrue(cursor.next());
            assertArrayEquals(bytes("a"), cursor.key());
            assertFalse(cursor.next());
            assertFalse(cursor.next());
            assertThrows(IllegalStateException.class, cursor::key);
            assertThrows(IllegalStateException.class, cursor::value);
        }
        Cursor closed = engine().scan(Scan.all());
        assertTrue(closed.next());
        closed.close();
        closed.close();
        assertThrows(IllegalStateException.class, closed::key);
        assertThrows(IllegalStateException.class, closed::next);
    }

    @Test
    void cursor_arraysChanged_changesNothing() {
        setAll("a", "b");
        try (Cursor cursor = engine().scan(Scan.all())) {
            assertTrue(cursor.next());
            Arrays.fill(cursor.key(), (byte) 'x');
            Arrays.fill(cursor.value(), (byte) 'x');
            assertArrayEquals(bytes("a"), cursor.key());
            assertArrayEquals(bytes("a"), cursor.value());
        }
        assertEquals("a=a b=b", entries(engine(), Scan.all()));
    }

    @Test
    void stream_entries_areThoseOfTheScan() {
        setAll("a", "b", "c");

        try (Stream<Entry> entries = engine().stream(Scan.all().from("b"))) {
            assertEquals(
                    List.of("bb", "cc"),
                    entries.map(entry -> entry.keyText() + entry.valueText()).toList());
        }
        try (Stream<Entry> entries = engine().stream(Scan.all().reversed())) {
            assertEquals(Optional.of("c"), entries.findFirst().map(Entry::keyText));
        }
        try (Stream<byte[]> keys = engine().keys(Scan.prefix("c"))) {
            assertArrayEquals(bytes("c"), keys.findFirst().orElseThrow());
        }
    }

    // Snapshots.

    @Test
    void snapshot_afterChanges_seesTheOldState() throws IOException {
        setAll("a", "b", "c");
        try (Snapshot snapshot = engine().snapshot()) {
            engine().set("a", "new");
            engine().remove("b");
            engine().set("d", "added");
            engine().write(new WriteBatch().remove("c").set("e", "added"));

            assertEquals("a=a b=b c=c", entries(snapshot, Scan.all()));
            assertEquals("c=c b=b a=a", entries(snapshot, Scan.all().reversed()));
            assertEquals(Optional.of("a"), snapshot.get("a"));
            assertEquals(Optional.of("b"), snapshot.get("b"));
            assertEquals(Optional.empty(), snapshot.get("d"));
            assertEquals(2, snapshot.count(Scan.all().from("b")));
            assertArrayEquals(
                    bytes("c"), snapshot.getAll(List.of(bytes("d"), bytes("c"))).get(1).get());
            assertThrows(InvalidKeyException.class, () -> snapshot.get(""));
            try (InputStream in = snapshot.stream(bytes("b")).orElseThrow()) {
                assertArrayEquals(bytes("b"), in.readAllBytes());
            }
            assertEquals(Optional.empty(), snapshot.stream(bytes("d")));
            assertThrows(InvalidKeyException.class, () -> snapshot.stream(bytes("")));
        }
        assertEquals("a=new d=added e=added", entries(engine(), Scan.all()));
    }

    @Test
    void snapshot_ofSeveralMoments_eachSeesItsOwn() {
        List<Snapshot> snapshots = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            engine().set("same", "value " + i);
            engine().set("key " + i, "value");
            if (i > 0) {
                engine().remove("key " + (i - 1));
            }
            snapshots.add(engine().snapshot());
        }
        engine().remove("same");
        engine().compact();

        for (int i = 0; i < 10; i++) {
            Snapshot snapshot = snapshots.get(i);
            assertEquals(Optional.of("value " + i), snapshot.get("same"));
            assertEquals("key %d same".formatted(i), keys(snapshot, Scan.all()));
            if (i > 0) {
                assertTrue(snapshots.get(i - 1).sequence() < snapshot.sequence());
            }
        }
        snapshots.get(4).close();
        assertEquals(Optional.of("value 3"), snapshots.get(3).get("same"));
        assertEquals(Optional.of("value 5"), snapshots.get(5).get("same"));
        snapshots.forEach(Snapshot::close);
    }

    @Test
    void snapshot_askedAfterALaterOne_seesItsOwn() {
        List<Snapshot> snapshots = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        StringBuilder added = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            engine().set("same", "value " + i);
            engine().set("key %02d".formatted(i), "value");
            added.append("key %02d ".formatted(i));
            snapshots.add(engine().snapshot());
            expected.add(added + "same");
        }

        for (int i = 99; i >= 0; i--) {
            Snapshot snapshot = snapshots.get(i);
            assertEquals(expected.get(i), keys(snapshot, Scan.all()));
            assertEquals(Optional.of("value " + i), snapshot.get("same"));
            assertEquals(Optional.empty(), snapshot.get("key %02d".formatted(i + 1)));
            snapshot.close();
        }
    }

    @Test
    void snapshot_whileOthersOverwrite_keepsEveryValue() throws Exception {
        WriteBatch batch = new WriteBatch();
        for (int i = 0; i < 2_000; i++) {
            batch.set("key " + i, "old " + i);
        }
        engine().write(batch);
        try (Snapshot snapshot = engine().snapshot()) {
            for (int round = 0; round < 3; round++) {
                for (int i = round; i < 2_000; i += 2) {
                    engine().set("key " + i, "new " + round + " " + i);
                }
                engine().compact();
            }
            for (int i = 0; i < 2_000; i++) {
                assertEquals(Optional.of("old " + i), snapshot.get("key " + i));
            }
            try (Stream<Entry> entries = snapshot.stream(Scan.all())) {
                assertTrue(entries.allMatch(entry -> entry.valueText().startsWith("old")));
            }
        }
    }

    @Test
    void snapshot_closed_isAnIllegalState() {
        setAll("a");
        Snapshot snapshot = engine().snapshot();
        Cursor cursor = snapshot.scan(Scan.all());

        snapshot.close();
        snapshot.close();

        assertThrows(IllegalStateException.class, () -> snapshot.get("a"));
        assertThrows(IllegalStateException.class, () -> snapshot.scan(Scan.all()));
        assertThrows(IllegalStateException.class, snapshot::sequence);
        assertThrows(IllegalStateException.class, cursor::next);
        cursor.close();
        assertEquals(Optional.of("a"), engine().get("a"));
    }

    @Test
    void everything_afterClosingTheEngine_isStoreClosed() {
        setAll("a");
        OrderedKvsEngine engine = engine();
        Cursor cursor = engine.scan(Scan.all());
        Snapshot snapshot = engine.snapshot();

        engine.close();

        assertThrows(StoreClosedException.class, cursor::next);
        assertThrows(StoreClosedException.class, () -> snapshot.get("a"));
        assertThrows(StoreClosedException.class, () -> engine.scan(Scan.all()));
        assertThrows(StoreClosedException.class, engine::snapshot);
        assertThrows(StoreClosedException.class, engine::begin);
        cursor.close();
        snapshot.close();
    }

    // Everything at once.

    @Test
    void everyRead_atRandom_agreesWithTheModel() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        NavigableMap<byte[], byte[]> model = ReferenceModel.newState();
        List<Snapshot> snapshots = new ArrayList<>();
        List<NavigableMap<byte[], byte[]>> models = new ArrayList<>();
        for (int step = 1; step <= STEPS; step++) {
            String when = "step " + step + ", seed " + SEED;
            change(random, model);
            int choice = random.nextInt(100);
            if (choice < 20) {
                checkScan(random, engine(), model, when);
            } else if (choice < 40 && !snapshots.isEmpty()) {
                int i = random.nextInt(snapshots.size());
                checkScan(random, snapshots.get(i), models.get(i), when + ", snapshot");
                checkGet(key(random), snapshots.get(i), models.get(i), when + ", snapshot");
            } else if (choice < 43) {
                if (snapshots.size() == SNAPSHOTS_MAX) {
                    int i = random.nextInt(SNAPSHOTS_MAX);
                    snapshots.remove(i).close();
                    models.remove(i);
                }
                snapshots.add(engine().snapshot());
                NavigableMap<byte[], byte[]> copy = ReferenceModel.newState();
                copy.putAll(model);
                models.add(copy);
            }
            if (step % STEPS_BETWEEN_DISTURBANCES == 0) {
                snapshots.forEach(Snapshot::close);
                snapshots.clear();
                models.clear();
                disturb();
            }
        }
    }

    private void change(SplittableRandom random, NavigableMap<byte[], byte[]> model) {
        byte[] key = key(random);
        byte[] value = new byte[random.nextInt(100)];
        random.nextBytes(value);
        int choice = random.nextInt(10);
        if (choice < 6) {
            engine().set(key, value);
            model.put(key, value);
        } else if (choice < 9) {
            engine().write(new WriteBatch().remove(key));
            model.remove(key);
        } else {
            byte[] other = key(random);
            engine().write(new WriteBatch().set(other, value).remove(key));
            model.put(other, value);
            model.remove(key);
        }
    }

    /// Short keys of few different bytes, so that bounds meet keys, and prefixes have many.
    private static byte[] key(SplittableRandom random) {
        int number = random.nextInt(MODEL_KEYS);
        byte[] symbols = {0, 'a', (byte) 0x80, (byte) 0xFF};
        byte[] key = new byte[1 + random.nextInt(5)];
        for (int i = 0; i < key.length; i++) {
            key[i] = symbols[number % symbols.length];
            number /= symbols.length;
        }
        return key;
    }

    private static void checkGet(
            byte[] key, OrderedReader reader, Map<byte[], byte[]> model, String when) {
        assertArrayEquals(model.get(key), reader.get(key).orElse(null), when);
    }

    private static void checkScan(
            SplittableRandom random,
            OrderedReader reader,
            NavigableMap<byte[], byte[]> model,
            String when) {
        byte[] from = random.nextInt(3) == 0 ? null : key(random);
        byte[] to = random.nextInt(3) == 0 ? null : key(random);
        byte[] prefix = Arrays.copyOf(key(random), random.nextInt(3) == 0 ? 1 : 0);
        Scan scan = narrow(Scan.prefix(prefix), from, to);
        if (random.nextBoolean()) {
            scan = scan.reversed();
        }
        if (random.nextInt(3) == 0) {
            scan = scan.limit(random.nextInt(20));
        }
        Iterator<Map.Entry<byte[], byte[]>> expected =
                expected(model, prefix, from, to, scan).iterator();
        try (Cursor cursor = reader.scan(scan)) {
            while (cursor.next()) {
                assertTrue(expected.hasNext(), when + ": more than there is");
                Map.Entry<byte[], byte[]> entry = expected.next();
                assertArrayEquals(entry.getKey(), cursor.key(), when);
                assertArrayEquals(entry.getValue(), cursor.value(), when);
            }
        }
        assertFalse(expected.hasNext(), when + ": less than there is");
    }

    private static Scan narrow(Scan scan, byte @Nullable [] from, byte @Nullable [] to) {
        Scan narrower = from == null ? scan : scan.from(from);
        return to == null ? narrower : narrower.to(to);
    }

    /// Filters all entries one by one, without a thought of what the bounds have to do with each
    /// other.
    private static List<Map.Entry<byte[], byte[]>> expected(
            NavigableMap<byte[], byte[]> model,
            byte[] prefix,
            byte @Nullable [] from,
            byte @Nullable [] to,
            Scan scan) {
        return (scan.isReversed() ? model.descendingMap() : model)
                .entrySet().stream()
                        .filter(entry -> beginsWith(entry.getKey(), prefix))
                        .filter(entry ->
                                from == null || Arrays.compareUnsigned(entry.getKey(), from) >= 0)
                        .filter(entry ->
                                to == null || Arrays.compareUnsigned(entry.getKey(), to) < 0)
                        .limit(scan.limit())
                        .toList();
    }

    private static boolean beginsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length
                && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }
}
