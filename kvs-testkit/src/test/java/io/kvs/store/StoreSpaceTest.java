package io.kvs.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.KvStore;
import io.kvs.KvsOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A store takes space in proportion to what it holds.
final class StoreSpaceTest {
    @TempDir private Path directory;

    @Test
    void size_tenKeys_staysBelowHalfAMegabyte() throws IOException {
        try (KvStore store = KvStore.open(directory)) {
            for (int i = 0; i < 10; i++) {
                store.set("key " + i, "value " + i);
            }
            assertBelow(512 << 10, "open");
        }
        assertBelow(512 << 10, "closed");
        try (KvStore store = KvStore.open(directory)) {
            store.set("key 1", "changed");
            assertBelow(512 << 10, "open again");
        }
        assertBelow(512 << 10, "closed again");
    }

    @Test
    void size_aMegabyteOverwrittenFiftyTimes_keepsItsBound() throws IOException {
        int live = 1 << 20;
        byte[] value = new byte[1000];
        SplittableRandom random = new SplittableRandom(1);
        try (KvStore store = KvStore.open(directory)) {
            for (int i = 0; i < 50 * live / value.length; i++) {
                random.nextBytes(value);
                store.set(key(i % (live / value.length)), value);
                if (i % 100 == 0) {
                    assertBelow(4L * live + (4 << 20), "after " + i + " writes");
                }
            }
        }
        assertBelow(4L * live, "closed");
    }

    @Test
    void size_everythingRemovedAndCompacted_isNextToNothing() throws IOException {
        try (KvStore store = KvStore.open(directory)) {
            fillAndRemove(store);
            store.compact();
            assertBelow(300 << 10, "open");
        }
        assertBelow(150 << 10, "closed");
    }

    @Test
    void size_everythingRemoved_shrinksByItself() throws Exception {
        KvsOptions options = KvsOptions.defaults().withSyncInterval(Duration.ofMillis(20));
        try (KvStore store = KvStore.open(directory, options)) {
            fillAndRemove(store);
            awaitBelow(512 << 10, "open");
        }
    }

    @Test
    void size_overwrittenFiveTimesAndLeftAlone_isLittleMoreThanWhatIsLive() throws Exception {
        int keys = 32_000;
        byte[] value = new byte[1000];
        SplittableRandom random = new SplittableRandom(1);
        try (KvStore store = KvStore.open(directory)) {
            for (int i = 0; i < 6 * keys; i++) {
                random.nextBytes(value);
                store.set(key(i < keys ? i : random.nextInt(keys)), value);
            }
            awaitBelow(keys * 1_250L, "overwritten five times");
            for (int i = 0; i < keys; i++) {
                assertTrue(store.get(key(i)).isPresent(), "key " + i);
            }
        }
    }

    private static void fillAndRemove(KvStore store) {
        byte[] value = new byte[1000];
        for (int i = 0; i < 8_000; i++) {
            store.set(key(i), value);
        }
        for (int i = 0; i < 8_000; i++) {
            store.remove(key(i));
        }
    }

    private static byte[] key(int number) {
        return ("key " + number).getBytes(StandardCharsets.UTF_8);
    }

    private void awaitBelow(long limitBytes, String when) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        // The promise is about what an operator sees: nothing but the size of the directory tells.
        while (Directories.sizeBytes(directory) >= limitBytes && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        assertBelow(limitBytes, when);
    }

    private void assertBelow(long limitBytes, String when) throws IOException {
        long size = Directories.sizeBytes(directory);
        assertTrue(
                size < limitBytes, () -> when + ": " + size + " bytes, the limit is " + limitBytes);
    }
}
