package io.kvs.concurrency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.Cursor;
import io.kvs.Durability;
import io.kvs.KeyNotFoundException;
import io.kvs.KvStore;
import io.kvs.KvsOptions;
import io.kvs.Scan;
import io.kvs.StoreClosedException;
import io.kvs.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Closing a store that others are using: they are told, and nothing that was acknowledged is lost.
final class StoreCloseTest {
    private static final int WRITER_COUNT = 6;
    private static final int ROUNDS = 12;

    @ParameterizedTest
    @ValueSource(ints = {4_096, 67_108_864})
    @Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void close_othersAtWork_tellsThemAndKeepsWhatWasAcknowledged(
            int segmentLimitBytes, @TempDir Path directory) throws Exception {
        KvsOptions options =
                KvsOptions.defaults()
                        .withSegmentLimitBytes(segmentLimitBytes)
                        .withCompactionThresholdBytes(segmentLimitBytes);
        int[] acknowledged = new int[WRITER_COUNT];
        for (int round = 0; round < ROUNDS; round++) {
            KvStore store = KvStore.open(directory, options);
            checkAcknowledged(store, acknowledged);
            closeAmidWork(store, acknowledged, 50 << round % 5);
        }
        try (KvStore store = KvStore.open(directory, options)) {
            checkAcknowledged(store, acknowledged);
        }
        assertEquals(List.of(), KvStore.verify(directory).damage());
    }

    private static void closeAmidWork(KvStore store, int[] acknowledged, int writesBeforeClose)
            throws Exception {
        CountDownLatch busy = new CountDownLatch(writesBeforeClose);
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < WRITER_COUNT; i++) {
            int writer = i;
            tasks.add(() -> {
                while (true) {
                    int next = acknowledged[writer] + 1;
                    write(store, writer, next);
                    acknowledged[writer] = next;
                    busy.countDown();
                }
            });
        }
        tasks.add(() -> {
            while (true) {
                for (int i = 0; i < WRITER_COUNT; i++) {
                    store.get(key(i)).ifPresent(value -> assertTrue(text(value).startsWith("n")));
                }
                try (Cursor entries = store.scan(Scan.all())) {
                    while (entries.next()) {
                        assertTrue(text(entries.value()).startsWith("n"));
                    }
                }
            }
        });
        List<byte[]> keys = new ArrayList<>();
        for (int i = 0; i < WRITER_COUNT; i++) {
            keys.add(key(i));
        }
        tasks.add(() -> {
            while (true) {
                assertEquals(WRITER_COUNT, store.getAll(keys).size());
            }
        });
        tasks.add(() -> {
            while (true) {
                assertTrue(store.size() <= 2 * WRITER_COUNT);
                assertTrue(store.stats().keys() <= 2 * WRITER_COUNT);
                store.sync();
            }
        });
        try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
            List<Future<Boolean>> results = new ArrayList<>();
            for (Callable<Void> task : tasks) {
                results.add(threads.submit(() -> endsWithClose(task)));
            }
            busy.await();
            store.close();
            for (Future<Boolean> result : results) {
                assertTrue(result.get());
            }
        }
    }

    private static void write(KvStore store, int writer, int number) {
        byte[] value = bytes("n" + number);
        switch (number % 5) {
            case 0 -> store.set(key(writer), value, Durability.SYNC);
            case 1 ->
                    store.write(
                            new WriteBatch()
                                    .set(key(writer), value)
                                    .set(bytes("beside " + writer), value));
            case 2 -> {
                try {
                    store.remove(bytes("beside " + writer));
                } catch (KeyNotFoundException _) {
                    // Removed in the round before, which the close has ended.
                }
                store.set(key(writer), value);
            }
            case 3 -> {
                byte[] old = store.get(key(writer)).orElse(null);
                assertTrue(store.compareAndSet(key(writer), old, value, Durability.SYNC));
            }
            default -> store.set(key(writer), value);
        }
    }

    private static boolean endsWithClose(Callable<Void> task) throws Exception {
        try {
            task.call();
            return false;
        } catch (StoreClosedException _) {
            return true;
        }
    }

    /// A write that was not acknowledged may have happened: it is the one after the last one.
    private static void checkAcknowledged(KvStore store, int[] acknowledged) {
        for (int i = 0; i < WRITER_COUNT; i++) {
            byte[] found = store.get(key(i)).orElse(null);
            if (acknowledged[i] == 0 && found == null) {
                continue;
            }
            int number = found == null ? -1 : Integer.parseInt(text(found).substring(1));
            int last = acknowledged[i];
            assertTrue(
                    number == last || number == last + 1,
                    () -> "acknowledged was " + last + ", found is " + number);
            acknowledged[i] = number;
        }
        assertNull(store.get("absent").orElse(null));
    }

    private static byte[] key(int writer) {
        return bytes("writer " + writer);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
