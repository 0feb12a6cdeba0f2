package io.kvs.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.CorruptionException;
import io.kvs.InvalidKeyException;
import io.kvs.KvStore;
import io.kvs.KvsOptions;
import io.kvs.StoreClosedException;
import io.kvs.Version;
import io.kvs.WriteBatch;
import io.kvs.engine.LogStore;
import io.kvs.testkit.Crash;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What the log still holds of a key.
final class KeyHistoryTest {
    private static final KvsOptions OPTIONS =
            KvsOptions.defaults()
                    .withSegmentLimitBytes(16 << 10)
                    .withCompactionThresholdBytes(0)
                    .withAutomaticCompaction(false);
    private static final String REMOVED = "(removed)";

    @TempDir private Path directory;

    @Test
    void history_ofAKeyThatWasNeverWritten_isEmpty() {
        try (KvStore store = KvStore.open(directory, OPTIONS)) {
            assertEquals(List.of(), store.history(bytes("key")));
            store.set("kez", "value");
            store.set("ke", "value");
            store.set("key\0", "value");
            assertEquals(List.of(), store.history(bytes("key")));
        }
    }

    @Test
    void history_ofValuesAndRemovals_isNewestFirst() {
        List<Version> versions;
        try (KvStore store = KvStore.open(directory, OPTIONS)) {
            store.set("key", "one");
            store.set("other", "value");
            store.set("key", "two");
            store.set("key", "two");
            store.remove("key");
            store.set("key", "");
            store.write(new WriteBatch().set("key", "batched").set("other", "x").remove("key"));
            store.set("key", "last");

            versions = store.history(bytes("key"));

            assertEquals(
                    List.of("last", REMOVED, "batched", "", REMOVED, "two", "one"),
                    texts(versions));
            for (int i = 1; i < versions.size(); i++) {
                assertTrue(versions.get(i - 1).sequence() > versions.get(i).sequence());
            }
        }
        try (KvStore store = KvStore.open(directory, OPTIONS)) {
            assertEquals(versions, store.history(bytes("key")));
        }
    }

    @Test
    void history_ofManyKeysInManySegments_missesNothing() {
        Map<String, List<String>> written = new HashMap<>();
        SplittableRandom random = new SplittableRandom(7);
        try (KvStore store = KvStore.open(directory, OPTIONS)) {
            for (int i = 0; i < 4_000; i++) {
                String key = "key " + random.nextInt(200);
                List<String> texts = written.computeIfAbsent(key, _ -> new ArrayList<>());
                if (random.nextInt(4) == 0 && store.get(key).isPresent()) {
                    store.remove(key);
                    texts.addFirst(REMOVED);
                } else {
                    store.set(key, "value " + i + ".".repeat(random.nextInt(50)));
                    texts.addFirst(store.get(key).orElseThrow());
                }
            }
            assertHistories(written, store);
        }
        try (KvStore store = KvStore.open(directory, OPTIONS)) {
            assertHistories(written, store);
            assertTrue(store.stats().segments().size() > 5);
        }
    }

    private static void assertHistories(Map<String, List<String>> written, KvStore store) {
        written.forEach((key, texts) -> assertEquals(texts, texts(store.history(bytes(key))), key));
    }

    @Test
    void history_afterCompact_isTheNewestValueUnderItsOldNumber() {
        try (KvStore store = KvStore.open(directory, OPTIONS)) {
            store.set("key", "one");
            store.set("removed", "one");
            store.set("key", "two");
            store.remove("removed");
            Version newest = store.history(bytes("key")).getFirst();

            store.compact();

            assertEquals(List.of(newest), store.history(bytes("key")));
            assertEquals(List.of(), store.history(bytes("removed")));
            store.set("key", "three");
            assertEquals(List.of("three", "two"), texts(store.history(bytes("key"))));
        }
    }

    /// While a compaction is at work the copies are listed before the originals are gone.
    @Test
    @Timeout(60)
    void history_whileCompacting_hasEachVersionOnce() throws Exception {
        int keys = 20_000;
        KvsOptions options = OPTIONS.withSegmentLimitBytes(1 << 20);
        try (KvStore store = KvStore.open(directory, options);
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            for (int i = 0; i < keys; i++) {
                store.set("key " + i, "value");
            }
            Future<?> compacting =
                    threads.submit(() -> {
                        for (int round = 0; round < 20; round++) {
                            for (int i = round; i < keys; i += 50) {
                                store.set("key " + i, "value " + round);
                            }
                            store.compact();
                        }
                    });
            for (int i = 0; !compacting.isDone(); i = (i + 1) % keys) {
                List<Version> versions = store.history(bytes("key " + i));
                assertTrue(!versions.isEmpty());
                for (int j = 1; j < versions.size(); j++) {
                    assertTrue(versions.get(j - 1).sequence() > versions.get(j).sequence());
                }
            }
            compacting.get();
        }
    }

    @Test
    void history_withADamagedOldVersion_namesFileAndOffset() throws IOException {
        try (KvStore store = KvStore.open(directory, OPTIONS)) {
            store.set("key", "~damaged value");
            store.set("key", "newest");
            store.set("other", "value");
        }
        Path file = directory.resolve(Directories.names(directory, ".log").getFirst());
        int at = Directories.offsetOf(file, "~damaged");
        Directories.damage(file, at);

        try (KvStore store = KvStore.open(directory, OPTIONS)) {
            CorruptionException e =
                    assertThrows(CorruptionException.class, () -> store.history(bytes("key")));
            assertEquals(file.toString(), e.file());
            assertTrue(e.offset() <= at && at < e.offset() + 64, e.toString());
            assertEquals("newest", store.get("key").orElseThrow());
            assertEquals(List.of("value"), texts(store.history(bytes("other"))));
        }
    }

    @Test
    void history_withADamagedRun_readsTheLog() throws IOException {
        List<Version> versions;
        try (KvStore store = KvStore.open(directory, OPTIONS)) {
            for (int i = 0; i < 1_000; i++) {
                store.set("key " + i % 50, "value " + i);
            }
            versions = store.history(bytes("key 7"));
        }
        assertEquals(20, versions.size());
        for (String name : Directories.names(directory, ".run")) {
            Directories.damage(directory.resolve(name), 30);
        }
        try (KvStore store = KvStore.open(directory, OPTIONS)) {
            assertEquals(versions, store.history(bytes("key 7")));
        }
    }

    /// A record whose key is lost may have been one of any key: no list is known to be whole.
    @Test
    void history_besideARecordWithALostKey_isCorruption() {
        SimulatedDisk disk = new SimulatedDisk(3);
        LogStore store = open(disk);
        store.set("a", "one");
        store.set("a key that is lost", "value");
        store.set("a", "two");
        store.sync();
        SimulatedDisk left = disk.crash(Crash.kill());
        String name =
                left.names().stream().filter(n -> n.endsWith(".log")).findFirst().orElseThrow();
        String content = new String(left.bytes(name), StandardCharsets.ISO_8859_1);
        int at = content.indexOf("a key that is lost");
        left.flipBit(name, 8L * at);
        left.flipBit(name, 8L * at + 9);
        left.flipBit(name, 8L * at + 18);

        LogStore reopened = open(left);

        assertThrows(CorruptionException.class, () -> reopened.history(bytes("a")));
        reopened.set("a", "newer than the damage");
        assertArrayEquals(bytes("newer than the damage"), reopened.find(bytes("a")));
        assertThrows(CorruptionException.class, () -> reopened.history(bytes("a")));
        reopened.close();
    }

    @Test
    void history_ofAnInvalidKeyOrAClosedStore_isRefused() {
        KvStore store = KvStore.open(directory, OPTIONS);
        assertThrows(InvalidKeyException.class, () -> store.history(new byte[0]));
        store.close();
        assertThrows(StoreClosedException.class, () -> store.history(bytes("key")));
    }

    private static LogStore open(SimulatedDisk disk) {
        return LogStore.open(disk, OPTIONS, new StepBackground(), new SplittableRandom(3));
    }

    private static List<String> texts(List<Version> versions) {
        return versions.stream().map(KeyHistoryTest::text).toList();
    }

    private static String text(Version version) {
        byte[] value = version.value();
        return value == null ? REMOVED : new String(value, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
