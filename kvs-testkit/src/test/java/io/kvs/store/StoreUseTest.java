package io.kvs.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.Cursor;
import io.kvs.Durability;
import io.kvs.Entry;
import io.kvs.EntryTooLargeException;
import io.kvs.KvStore;
import io.kvs.KvsOptions;
import io.kvs.Scan;
import io.kvs.StoreIoException;
import io.kvs.StoreStats;
import io.kvs.WriteBatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Limits, iteration, interrupts, and looking at a store that somebody else owns.
final class StoreUseTest {
    private static final KvsOptions SMALL_SEGMENTS =
            KvsOptions.defaults()
                    .withSegmentLimitBytes(16 << 10)
                    .withCompactionThresholdBytes(8192);

    @TempDir private Path directory;

    /// What a cursor holds is used by the next one: not before nobody moves it any more.
    @Test
    @Timeout(60)
    void scan_cursorsClosedByOtherThreads_othersSeeTheirOwnRange() throws Exception {
        int keys = 20_000;
        try (KvStore store = KvStore.open(directory, SMALL_SEGMENTS);
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < keys; i++) {
                byte[] key = bytes("%06d".formatted(i * 7919L % keys));
                store.set(key, key);
            }
            AtomicReferenceArray<Cursor> open = new AtomicReferenceArray<>(3);
            AtomicBoolean done = new AtomicBoolean();
            List<Future<Integer>> scanning = new ArrayList<>();
            for (int thread = 0; thread < 3; thread++) {
                int number = thread;
                scanning.add(
                        threads.submit(() -> {
                            SplittableRandom random = new SplittableRandom(number);
                            int scanned = 0;
                            for (int i = 0; i < 2_000; i++) {
                                int first = random.nextInt(keys);
                                Scan range = Scan.all().from("%06d".formatted(first));
                                try (Cursor cursor = store.scan(range)) {
                                    open.set(number, cursor);
                                    scanned += assertAscends(cursor, first, random.nextInt(1_000));
                                }
                            }
                            return scanned;
                        }));
            }
            Future<?> closing =
                    threads.submit(() -> {
                        while (!done.get()) {
                            for (int i = 0; i < open.length(); i++) {
                                Cursor cursor = open.getAndSet(i, null);
                                if (cursor != null) {
                                    cursor.close();
                                }
                            }
                            Thread.onSpinWait();
                        }
                    });
            try {
                for (Future<Integer> each : scanning) {
                    assertTrue(each.get() > 0);
                }
            } finally {
                done.set(true);
            }
            closing.get();
        }
    }

    /// Returns how many keys there were until the cursor was closed, at most some.
    private static int assertAscends(Cursor cursor, int first, int most) {
        int count = 0;
        try {
            while (count < most && cursor.next()) {
                assertEquals("%06d".formatted(first + count), new String(cursor.key(), UTF_8));
                assertArrayEquals(cursor.key(), cursor.value());
                count++;
            }
        } catch (IllegalStateException e) {
            assertEquals("the cursor is closed", e.getMessage());
        }
        return count;
    }

    /// Behind such a record there is nothing mapped that could be read.
    @Test
    @Timeout(60)
    void getAll_shortRecordAtTheEndOfACutFile_isFound() throws Exception {
        KvsOptions options = KvsOptions.defaults().withSegmentLimitBytes(8192);
        try (KvStore store = KvStore.open(directory, options)) {
            store.set(bytes("big"), new byte[3961]); // Up to offset 4040.
            store.set(bytes("small"), bytes("value"));
            store.set(bytes("next segment"), new byte[5000]);
            Path first = directory.resolve("0000000001.log");
            // It is cut behind by the background, which tells nobody: the size is all there is.
            while (Files.size(first) != 4064) {
                Thread.sleep(10);
            }

            List<byte[]> keys = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                keys.add(bytes("absent " + i));
            }
            keys.add(bytes("small"));
            for (int i = 0; i < 100_000; i++) {
                assertArrayEquals(bytes("value"), store.getAll(keys).getLast().orElseThrow());
            }
        }
    }

    @Test
    void compact_nothingStale_putsSealedSegmentsIntoKeyOrderOnce() {
        KvsOptions options = KvsOptions.defaults().withSegmentLimitBytes(16 << 10);
        try (KvStore store = KvStore.open(directory, options)) {
            for (int i = 0; i < 1_000; i++) {
                store.set(bytes("key " + i * 7 % 1_000), new byte[100]);
            }
            store.compact();
            long once = store.stats().compactedBytes();
            assertTrue(once > 90_000, () -> once + " bytes");

            store.compact();

            assertEquals(once, store.stats().compactedBytes());
            assertEquals(1_000, store.size());
        }
    }

    @Test
    void write_batchOverTheLimit_isTooLargeAndWritesNothing() {
        try (KvStore store = KvStore.open(directory)) {
            store.set("key 1", "before");
            WriteBatch batch = new WriteBatch();
            byte[] value = new byte[13 << 20];
            for (int i = 0; i < 5; i++) {
                batch.set(bytes("key " + i), value);
            }

            EntryTooLargeException e =
                    assertThrows(EntryTooLargeException.class, () -> store.write(batch));

            assertTrue(String.valueOf(e.getMessage()).contains("limit"), e.getMessage());
            assertEquals(1, store.size());
            assertEquals(Optional.of("before"), store.get("key 1"));
        }
    }

    /// There is more to copy than fits into one part.
    @Test
    @Timeout(60)
    void compact_manyKeys_keepsEachAndDropsEachThatWasRemoved() {
        int count = 40_000;
        KvsOptions options = KvsOptions.defaults().withSegmentLimitBytes(1 << 20);
        try (KvStore store = KvStore.open(directory, options)) {
            for (int i = 0; i < count; i++) {
                store.set("key " + i, "old " + i);
            }
            for (int i = 0; i < count; i++) {
                if (i % 3 == 0) {
                    store.set("key " + i, "new " + i);
                } else if (i % 3 == 1) {
                    store.remove("key " + i);
                }
            }

            store.compact();

            assertEquals(0, store.stats().deadBytes());
            assertManyKeys(store, count);
        }
        try (KvStore store = KvStore.open(directory)) {
            assertManyKeys(store, count);
        }
    }

    private static void assertManyKeys(KvStore store, int count) {
        assertEquals(count - count / 3, store.size());
        for (int i = 0; i < count; i++) {
            Optional<String> expected =
                    switch (i % 3) {
                        case 0 -> Optional.of("new " + i);
                        case 1 -> Optional.empty();
                        default -> Optional.of("old " + i);
                    };
            assertEquals(expected, store.get("key " + i));
        }
    }

    @Test
    void set_valueOverTheLimit_isTooLargeAndWritesNothing() {
        if (!Boolean.getBoolean("kvs.large")) {
            return; // The value alone takes a gigabyte.
        }
        try (KvStore store = KvStore.open(directory)) {
            assertThrows(
                    EntryTooLargeException.class, () -> store.set(bytes("key"), new byte[1 << 30]));

            assertEquals(0, store.size());
            assertEquals(0, store.stats().writtenBytes());
        }
    }

    @Test
    void set_valueLargerThanAnySegment_isWhole() {
        byte[] value = new byte[70 << 20];
        value[value.length - 1] = 1;
        try (KvStore store = KvStore.open(directory)) {
            store.set("before", "small");
            store.set(bytes("key"), value);
            store.set("after", "small");
        }
        try (KvStore store = KvStore.open(directory)) {
            assertArrayEquals(value, store.get(bytes("key")).orElseThrow());
            assertEquals(Optional.of("small"), store.get("before"));
            assertEquals(Optional.of("small"), store.get("after"));
        }
    }

    @Test
    void stream_afterChanges_visitsEveryEntryOnce() {
        try (KvStore store = KvStore.open(directory, SMALL_SEGMENTS)) {
            Map<String, String> expected = new HashMap<>();
            for (int i = 0; i < 3_000; i++) {
                store.set("key " + i % 700, "value " + i);
                expected.put("key " + i % 700, "value " + i);
            }
            for (int i = 0; i < 100; i++) {
                store.remove("key " + i);
                expected.remove("key " + i);
            }
            store.write(new WriteBatch().set("key 5", "batched").remove("key 200"));
            expected.put("key 5", "batched");
            expected.remove("key 200");

            Map<String, String> visited = new HashMap<>();
            try (Stream<Entry> entries = store.stream(Scan.all())) {
                entries.forEach(entry ->
                        assertEquals(
                                null,
                                visited.put(entry.keyText(), entry.valueText()),
                                "visited twice"));
            }

            assertEquals(expected, visited);
        }
    }

    @Test
    void everyOperation_interruptedThread_worksAndStaysInterrupted() {
        KvStore store = KvStore.open(directory, SMALL_SEGMENTS);
        Thread.currentThread().interrupt();

        byte[] value = new byte[1_000];
        for (int i = 0; i < 200; i++) {
            store.set(bytes("key " + i % 50), value);
            value[0]++;
        }
        store.set(bytes("synced"), value, Durability.SYNC);
        store.remove(bytes("key 1"), Durability.SYNC);
        store.write(new WriteBatch().set("batched", "value"), Durability.SYNC);
        assertArrayEquals(value, store.get(bytes("synced")).orElseThrow());
        store.sync();
        store.compact();
        assertEquals(51, store.size());
        assertTrue(Thread.currentThread().isInterrupted());
        store.close();
        assertTrue(Thread.currentThread().isInterrupted());

        try (KvStore reopened = KvStore.open(directory, SMALL_SEGMENTS)) {
            assertTrue(Thread.interrupted());
            assertEquals(51, reopened.size());
            assertEquals(Optional.of("value"), reopened.get("batched"));
            reopened.set("after", "the interrupt");
        } finally {
            boolean _ = Thread.interrupted();
        }
    }

    @Test
    void everyOperation_otherThreadsInterrupted_works() throws Exception {
        try (KvStore store = KvStore.open(directory, SMALL_SEGMENTS)) {
            AtomicBoolean done = new AtomicBoolean();
            try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
                Future<Integer> interrupted =
                        threads.submit(() -> {
                            int count = 0;
                            while (!done.get()) {
                                Thread.currentThread().interrupt();
                                store.set("other " + count % 100, "value " + count);
                                assertTrue(store.get("other " + count % 100).isPresent());
                                count++;
                            }
                            return count;
                        });
                for (int i = 0; i < 3_000; i++) {
                    store.set("key " + i % 100, "value " + i);
                    assertEquals(Optional.of("value " + i), store.get("key " + i % 100));
                }
                done.set(true);
                assertTrue(interrupted.get() >= 0);
            }
        }
    }

    @Test
    void inspectAndVerify_besideTheOwner_readTheStore() {
        try (KvStore store = KvStore.open(directory)) {
            store.set("a", "1");
            store.set("b", "2");
            store.set("b", "3");
            store.remove("a");

            StoreStats stats = KvStore.inspect(directory);

            assertEquals(1, stats.keys());
            assertEquals(List.of(), KvStore.verify(directory).damage());
            assertEquals(4, KvStore.verify(directory).records());
            store.set("still", "writable");
        }
        assertEquals(2, KvStore.inspect(directory).keys());
    }

    @Test
    void inspectAndVerify_noStore_areIoErrorsAndCreateNothing() throws IOException {
        Path missing = directory.resolve("missing");
        assertThrows(StoreIoException.class, () -> KvStore.inspect(missing));
        assertThrows(StoreIoException.class, () -> KvStore.verify(missing));
        assertFalse(Files.exists(missing));

        assertThrows(StoreIoException.class, () -> KvStore.inspect(directory));
        assertThrows(StoreIoException.class, () -> KvStore.verify(directory));
        assertEquals(List.of(), Directories.names(directory, ""));
    }

    @Test
    void inspectAndVerify_closedStore_changeNoFile() throws IOException {
        try (KvStore store = KvStore.open(directory, SMALL_SEGMENTS)) {
            for (int i = 0; i < 1_000; i++) {
                store.set("key " + i % 100, "value " + i);
            }
        }
        Map<String, byte[]> before = contents();

        assertEquals(100, KvStore.inspect(directory).keys());
        assertEquals(List.of(), KvStore.verify(directory).damage());

        Map<String, byte[]> after = contents();
        assertEquals(before.keySet(), after.keySet());
        before.forEach((name, content) -> assertArrayEquals(content, after.get(name), name));
    }

    private Map<String, byte[]> contents() throws IOException {
        Map<String, byte[]> contents = new HashMap<>();
        for (String name : Directories.names(directory, "")) {
            contents.put(name, Files.readAllBytes(directory.resolve(name)));
        }
        return contents;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
