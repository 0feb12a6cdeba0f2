package io.kvs.zstd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.KvStore;
import io.kvs.KvsOptions;
import io.kvs.StoreClosedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A store that compresses with Zstandard.
final class ZstdStoreTest {
    private static final int COUNT = 5_000;
    private static final KvsOptions OPTIONS =
            KvsOptions.defaults().withSegmentLimitBytes(256 << 10).withCompression("zstd");

    @TempDir private Path directory;

    @Test
    void compact_valuesOfOneForm_takeHalfTheSpaceAndAreTheSame() {
        try (KvStore store = KvStore.open(directory, OPTIONS.withAutomaticCompaction(false))) {
            fill(store);
            long bytes = store.stats().liveBytes();
            store.compact();
            assertTrue(2 * store.stats().liveBytes() < bytes);
            assertFilled(store);
        }
        try (KvStore store = KvStore.open(directory)) {
            assertEquals("zstd", store.stats().compression());
            assertFilled(store);
        }
        assertEquals(List.of(), KvStore.verify(directory).damage());
    }

    @Test
    void compact_fromOneCompressionToAnother_readsTheSame() {
        for (String compression : new String[] {"zstd", "lz4", "none", "zstd"}) {
            try (KvStore store = KvStore.open(directory, OPTIONS.withCompression(compression))) {
                fill(store);
                assertFilled(store);
                store.compact();
                assertFilled(store);
            }
        }
    }

    /// The memory of the native library is given back when nobody reads any more.
    @Test
    void close_whileOthersRead_endsThemWithAnError() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            for (int i = 0; i < 2; i++) {
                KvStore store = KvStore.open(directory.resolve("store" + i), OPTIONS);
                fill(store);
                store.compact();
                List<Future<Boolean>> readers = new ArrayList<>();
                for (int j = 0; j < 3; j++) {
                    readers.add(threads.submit(readingUntilClosed(store)));
                }
                store.close();
                for (Future<Boolean> reader : readers) {
                    assertTrue(reader.get());
                }
            }
        }
    }

    private static Callable<Boolean> readingUntilClosed(KvStore store) {
        return () -> {
            while (true) {
                try {
                    assertFilled(store);
                } catch (StoreClosedException e) {
                    return true;
                }
            }
        };
    }

    private static void fill(KvStore store) {
        for (int i = 0; i < COUNT; i++) {
            store.set("key" + i, value(i));
        }
    }

    private static void assertFilled(KvStore store) {
        for (int i = 0; i < COUNT; i++) {
            assertEquals(Optional.of(value(i)), store.get("key" + i));
        }
    }

    private static String value(int i) {
        return "{\"id\":"
                + i
                + ",\"user\":\"user"
                + i * 7919L
                + "\",\"active\":"
                + (i % 2 == 0)
                + ",\"address\":{\"city\":\"Berlin\",\"street\":\"Long Street "
                + i % 100
                + "\"},\"tags\":[\"first\",\"second\"]}";
    }
}
