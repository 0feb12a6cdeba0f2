package io.kvs.rocksdb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.Cursor;
import io.kvs.Durability;
import io.kvs.EngineOptions;
import io.kvs.EngineProvider;
import io.kvs.Engines;
import io.kvs.KvStore;
import io.kvs.KvsEngine;
import io.kvs.Scan;
import io.kvs.Snapshot;
import io.kvs.StoreClosedException;
import io.kvs.StoreLockedException;
import io.kvs.UnsupportedFormatException;
import io.kvs.testkit.TestClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class RocksDbEngineTest {
    private static final EngineOptions OPTIONS = EngineOptions.defaults();

    @TempDir private Path directory;

    @Test
    void engines_byName_haveThisOne() throws IOException {
        List<String> names = Engines.all().stream().map(EngineProvider::name).toList();
        assertEquals(List.of("kvs", "memory", "rocksdb"), names);
        Path data = directory.resolve("data");
        try (KvsEngine engine = Engines.open(data, "rocksdb", OPTIONS)) {
            engine.set("key", "value");
            assertInstanceOf(RocksDbEngine.class, engine);
        }
        assertEquals("rocksdb\n", Files.readString(data.resolve("ENGINE")));
        try (KvsEngine engine = Engines.open(data, null, OPTIONS)) {
            assertEquals(Optional.of("value"), engine.get("key"));
        }
        assertThrows(UnsupportedFormatException.class, () -> KvStore.open(data));
        assertThrows(UnsupportedFormatException.class, () -> Engines.open(data, "kvs", OPTIONS));
        assertThrows(UnsupportedFormatException.class, () -> Engines.open(data, "memory", OPTIONS));
    }

    @Test
    void open_ofAStoreOfKvs_isRefused() {
        KvStore.open(directory).close();
        assertThrows(
                UnsupportedFormatException.class,
                () -> Engines.open(directory, "rocksdb", OPTIONS));
        assertTrue(Files.notExists(directory.resolve("rocksdb")));
    }

    @Test
    void open_whileItIsOwned_isRefusedAndNamesTheOwner() {
        try (RocksDbEngine engine = RocksDbEngine.open(directory, OPTIONS)) {
            StoreLockedException refused =
                    assertThrows(
                            StoreLockedException.class,
                            () -> RocksDbEngine.open(directory, OPTIONS));
            String owner = "process " + ProcessHandle.current().pid();
            assertTrue(String.valueOf(refused.getMessage()).endsWith(owner), refused.getMessage());
            engine.set("key", "value");
        }
        RocksDbEngine.open(directory, OPTIONS).close();
    }

    /// The files as they are at a moment are what a killed process leaves.
    @Test
    void open_afterAKill_hasEveryAcknowledgedWrite() throws IOException {
        for (Durability durability : Durability.values()) {
            Path data = Files.createDirectory(directory.resolve("of " + durability));
            Path copy = Files.createDirectory(directory.resolve("copy of " + durability));
            try (RocksDbEngine engine =
                    RocksDbEngine.open(data, OPTIONS.withDurability(durability))) {
                for (int i = 0; i < 500; i++) {
                    engine.set("key " + i, "value " + i, Duration.ofHours(1));
                }
                copy(data, copy);
            }
            try (RocksDbEngine engine = RocksDbEngine.open(copy, OPTIONS)) {
                assertEquals(500, engine.size());
                assertEquals(Optional.of("value 499"), engine.get("key 499"));
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.skip(1).toList()) {
                Files.copy(
                        file,
                        to.resolve(from.relativize(file).toString()),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    @Test
    @Timeout(60)
    void expired_isDroppedByItself() throws InterruptedException {
        TestClock clock = new TestClock();
        EngineOptions often = OPTIONS.withSyncInterval(Duration.ofMillis(10));
        try (RocksDbEngine engine = RocksDbEngine.open(directory, often, clock)) {
            for (int i = 0; i < 2500; i++) {
                engine.set("key " + i, "value", Duration.ofSeconds(1));
            }
            engine.set("key 7", "kept");
            engine.set("key 8", "kept", Duration.ofHours(1));
            engine.persist("key 9");
            clock.move(Duration.ofMinutes(1));
            // Nobody is told when the thread behind has dropped them: the size is all there is.
            while (engine.size() > 3) {
                Thread.sleep(10);
            }
            assertEquals(Optional.of("kept"), engine.get("key 7"));
            assertEquals(Optional.of("kept"), engine.get("key 8"));
            assertEquals(Optional.of("value"), engine.get("key 9"));
        }
    }

    /// To use what is released ends the process.
    @Test
    @Timeout(60)
    void close_whileOthersUseIt_waitsForThem() throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
            for (int round = 0; round < 10; round++) {
                RocksDbEngine engine = RocksDbEngine.open(directory, OPTIONS);
                List<Runnable> uses =
                        List.of(
                                () -> engine.set("key", "value"),
                                () -> engine.get("key"),
                                () -> walk(engine),
                                () -> engine.add("sum", 1));
                CountDownLatch used = new CountDownLatch(uses.size());
                List<Future<?>> users = new ArrayList<>();
                for (Runnable use : uses) {
                    users.add(executor.submit(() -> untilClosed(use, used)));
                }
                used.await();
                engine.close();
                for (Future<?> user : users) {
                    user.get();
                }
            }
        }
    }

    private static void walk(RocksDbEngine engine) {
        try (Snapshot snapshot = engine.snapshot();
                Cursor cursor = snapshot.scan(Scan.all())) {
            while (cursor.next()) {
                assertTrue(cursor.value().length > 0);
            }
        }
    }

    private static void untilClosed(Runnable use, CountDownLatch used) {
        try {
            while (true) {
                use.run();
                used.countDown();
            }
        } catch (StoreClosedException e) {
            return;
        }
    }

    @Test
    void value_isStoredWithItsTimeBeforeIt() {
        byte[] value = "value".getBytes(StandardCharsets.UTF_8);
        byte[] stored = StoredValue.encode(value, 0x0102030405060708L);
        assertArrayEquals(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 'v'}, head(stored));
        assertArrayEquals(value, StoredValue.value(stored));
        assertTrue(StoredValue.hasValue(stored, value));
        assertTrue(StoredValue.isExpired(stored, 0x0102030405060708L));
    }

    private static byte[] head(byte[] stored) {
        return Arrays.copyOf(stored, 9);
    }
}
