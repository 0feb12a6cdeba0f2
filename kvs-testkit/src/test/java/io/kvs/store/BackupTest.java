package io.kvs.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.BackupReport;
import io.kvs.Cursor;
import io.kvs.KvStore;
import io.kvs.KvsOptions;
import io.kvs.Scan;
import io.kvs.Snapshot;
import io.kvs.StoreIoException;
import io.kvs.StoreLockedException;
import io.kvs.WriteBatch;
import io.kvs.backup.ScheduledBackups;
import io.kvs.engine.LogStore;
import io.kvs.io.Folders;
import io.kvs.io.RealDisk;
import io.kvs.io.ThreadBackground;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Backups, and the stores that they are.
final class BackupTest {
    private static final KvsOptions OPTIONS =
            KvsOptions.defaults()
                    .withSegmentLimitBytes(64 << 10)
                    .withCompactionThresholdBytes(64 << 10);

    @TempDir private Path parent;
    private Path directory;
    private Path target;

    @BeforeEach
    void name() {
        directory = parent.resolve("store");
        target = parent.resolve("backup");
    }

    @Test
    void backup_ofEmptyStore_isAnEmptyStore() {
        try (KvStore store = KvStore.open(directory)) {
            assertEquals(0, store.backup(target).files());
            store.set("key", "value");
        }
        try (KvStore copy = KvStore.open(target)) {
            assertEquals(0, copy.size());
            copy.set("key", "other");
        }
    }

    @Test
    void backup_thenBothGoOn_neitherChangesTheOther() {
        try (KvStore store = KvStore.open(directory, OPTIONS)) {
            fill(store, "old", 3000);
            store.compact();
            store.set("last", "one");
            Map<String, String> then = content(store);
            BackupReport report = store.backup(target);
            assertTrue(report.copiedBytes() < report.bytes() / 2, report::toString);
            try (KvStore copy = KvStore.open(target, OPTIONS)) {
                assertEquals(0, copy.recovery().replayedBytes());
                assertEquals(List.of(), copy.recovery().damage());
                fill(store, "new", 2000);
                store.compact();
                Map<String, String> now = content(store);
                assertEquals(then, content(copy));

                fill(copy, "copied", 1000);
                for (int i = 2000; i < 3000; i++) {
                    copy.remove("key" + i);
                }
                copy.compact();
                assertEquals(2001, copy.size());
                assertEquals(now, content(store));
            }
        }
        assertEquals(List.of(), KvStore.verify(directory).damage());
        assertEquals(List.of(), KvStore.verify(target).damage());
    }

    /// Parts of the open segment have runs that were not synced: these are linked too.
    @Test
    void backup_ofLongOpenSegment_needsNoReplay() {
        byte[] value = new byte[1 << 20];
        new Random(1).nextBytes(value);
        try (KvStore store = KvStore.open(directory)) {
            for (int i = 0; i < 14; i++) {
                store.set(bytes("key" + i), value);
            }
            store.backup(target);
            try (KvStore copy = KvStore.open(target)) {
                assertEquals(0, copy.recovery().rebuiltRuns());
                assertEquals(0, copy.recovery().replayedBytes());
                for (int i = 0; i < 14; i++) {
                    assertArrayEquals(value, copy.get(bytes("key" + i)).orElseThrow());
                }
            }
        }
        assertEquals(List.of(), KvStore.verify(target).damage());
    }

    @Test
    void backup_ofReopenedStore_holdsWhatIsThere() {
        try (KvStore store = KvStore.open(directory, OPTIONS)) {
            fill(store, "value", 100);
        }
        try (KvStore store = KvStore.open(directory, OPTIONS)) {
            store.remove("key1");
            store.backup(target);
            try (KvStore copy = KvStore.open(target, OPTIONS)) {
                assertEquals(content(store), content(copy));
            }
            Path second = parent.resolve("second");
            try (KvStore copy = KvStore.open(target, OPTIONS)) {
                copy.backup(second);
            }
            try (KvStore copy = KvStore.open(second, OPTIONS)) {
                assertEquals(content(store), content(copy));
            }
        }
    }

    @Test
    void backup_ontoAnything_isRefused() throws IOException {
        try (KvStore store = KvStore.open(directory)) {
            store.set("key", "value");
            store.backup(target);
            store.set("key", "later");
            assertThrows(StoreIoException.class, () -> store.backup(target));
            assertThrows(StoreIoException.class, () -> store.backup(directory));
            Path other = Files.createDirectory(parent.resolve("other"));
            Path note = Files.writeString(other.resolve("note"), "mine");
            StoreIoException refused =
                    assertThrows(StoreIoException.class, () -> store.backup(other));
            assertTrue(refused.getMessage().contains("not empty"), refused.getMessage());
            assertEquals(List.of(note), files(other));
        }
        try (KvStore copy = KvStore.open(target)) {
            assertEquals("value", copy.get("key").orElseThrow());
        }
    }

    @Test
    void backup_toAnotherFileSystem_copiesAndTellsHowFar() {
        SimulatedDisk other = new SimulatedDisk(1);
        try (LogStore store = open(directory)) {
            fill(store, 2000);
            List<Long> done = new ArrayList<>();
            BackupReport report =
                    store.backup(
                            other,
                            (doneBytes, bytes) -> {
                                assertTrue(doneBytes <= bytes);
                                done.add(doneBytes);
                            });
            assertEquals(report.bytes(), report.copiedBytes());
            assertTrue(done.size() > 1);
            assertEquals(done.stream().sorted().toList(), done);
            try (LogStore copy =
                    LogStore.open(other, OPTIONS, new StepBackground(), new Random(1))) {
                assertEquals(store.size(), copy.size());
            }
        }
    }

    @Test
    void backup_givenUpByProgress_leavesNothing() throws IOException {
        try (KvStore store = KvStore.open(directory)) {
            store.set("key", "value");
            IllegalStateException enough = new IllegalStateException("enough");
            assertThrows(
                    IllegalStateException.class,
                    () ->
                            store.backup(
                                    target,
                                    (_, _) -> {
                                        throw enough;
                                    }));
            assertEquals(List.of(target.resolve("LOCK")), files(target));
            store.backup(target);
        }
    }

    /// A writes a number, B copies what it has read of it: in no prefix of the log is B ahead.
    @Test
    void backup_besideWriters_isAMomentOfTheLog() throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger acknowledged = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (KvStore store = KvStore.open(directory, OPTIONS)) {
            store.set("a", "0");
            store.set("b", "0");
            Thread first =
                    start(
                            failure,
                            () -> {
                                for (int i = 1; !stop.get(); i++) {
                                    store.write(
                                            new WriteBatch()
                                                    .set(bytes("a"), bytes("" + i))
                                                    .set(bytes("also a"), bytes("" + i))
                                                    .set(bytes("a" + i % 100), new byte[500]));
                                    acknowledged.set(i);
                                }
                            });
            Thread second =
                    start(
                            failure,
                            () -> {
                                while (!stop.get()) {
                                    store.set("b", store.get("a").orElseThrow());
                                }
                            });
            for (int i = 0; i < 30; i++) {
                Path path = parent.resolve("backup" + i);
                int least = acknowledged.get();
                BackupReport report = store.backup(path);
                try (Snapshot later = store.snapshot();
                        KvStore copy = KvStore.open(path, OPTIONS)) {
                    int a = number(copy, "a");
                    assertTrue(a >= least, a + " < " + least);
                    assertTrue(number(copy, "b") <= a);
                    assertEquals(a, a == 0 ? 0 : number(copy, "also a"));
                    int now = Integer.parseInt(text(later.get(bytes("a")).orElseThrow()));
                    assertTrue(a <= now, a + " > " + now);
                    copy.set("b", "mine");
                    assertTrue(copy.backup(path.resolve("again")).sequence() > report.sequence());
                }
            }
            stop.set(true);
            first.join();
            second.join();
            assertEquals(null, failure.get());
        }
    }

    @Test
    void restore_makesTheStoreOfTheBackup() throws IOException {
        Map<String, String> then;
        try (KvStore store = KvStore.open(directory, OPTIONS)) {
            fill(store, "value", 2000);
            then = content(store);
            store.backup(target);
        }
        Path restored = parent.resolve("restored");
        BackupReport report = KvStore.restore(target, restored, (_, _) -> {});
        assertTrue(report.copiedBytes() == 0, report::toString);
        try (KvStore store = KvStore.open(restored, OPTIONS)) {
            assertEquals(then, content(store));
            fill(store, "other", 500);
        }
        assertThrows(StoreIoException.class, () -> KvStore.restore(target, restored, (_, _) -> {}));
        assertThrows(
                StoreIoException.class,
                () -> KvStore.restore(parent, parent.resolve("none"), (_, _) -> {}));
        // One that has been written to since.
        Path again = parent.resolve("again");
        KvStore.restore(restored, again, (_, _) -> {});
        try (KvStore store = KvStore.open(again, OPTIONS);
                KvStore expected = KvStore.open(restored, OPTIONS)) {
            assertEquals(content(expected), content(store));
        }
    }

    @Test
    void schedule_takesBackupsInTime_andKeepsTheNewest() throws IOException {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        StepBackground background = new StepBackground();
        Path dated = Files.createDirectory(parent.resolve("dated"));
        Files.createDirectory(dated.resolve("mine"));
        Path unfinished = Files.createDirectory(dated.resolve("2025-12-31T23-59-59Z"));
        Files.createFile(unfinished.resolve("0000000001.log"));
        try (LogStore store = open(directory);
                ScheduledBackups schedule =
                        ScheduledBackups.start(
                                store::backup,
                                new Folders(dated),
                                Duration.ofDays(1),
                                2,
                                now::get,
                                background)) {
            store.set(bytes("key"), bytes("1"));
            background.runAll();
            assertEquals(List.of("2026-01-01T00-00-00Z", "mine"), names(dated));
            assertTrue(schedule.last().isPresent());
            now.set(Instant.parse("2026-01-01T23:59:59Z"));
            background.runPeriod();
            assertEquals(List.of("2026-01-01T00-00-00Z", "mine"), names(dated));
            for (int day = 2; day <= 4; day++) {
                store.set(bytes("key"), bytes("" + day));
                now.set(Instant.parse("2026-01-0" + day + "T00:00:00Z"));
                background.runPeriod();
            }
            assertTrue(schedule.failure().isEmpty());
            assertEquals(
                    List.of("2026-01-03T00-00-00Z", "2026-01-04T00-00-00Z", "mine"), names(dated));
            try (KvStore copy = KvStore.open(dated.resolve("2026-01-03T00-00-00Z"))) {
                assertEquals("3", copy.get("key").orElseThrow());
            }
        }
    }

    @Test
    void schedule_thatFails_saysSo_andTriesAgain() throws IOException {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        StepBackground background = new StepBackground();
        Path dated = Files.createDirectory(parent.resolve("dated"));
        try (LogStore store = open(directory);
                ScheduledBackups schedule =
                        ScheduledBackups.start(
                                store::backup,
                                new Folders(dated),
                                Duration.ofDays(1),
                                2,
                                now::get,
                                background)) {
            Path inTheWay = Files.createFile(dated.resolve("2026-01-01T00-00-00Z"));
            background.runAll();
            assertTrue(schedule.failure().isPresent());
            assertTrue(schedule.last().isEmpty());
            Files.delete(inTheWay);
            background.runPeriod();
            assertFalse(schedule.failure().isPresent());
            assertEquals(List.of("2026-01-01T00-00-00Z"), names(dated));
        }
    }

    @Test
    void schedule_endsWithTheStore() throws IOException {
        Path dated = parent.resolve("dated");
        try (KvStore store = KvStore.open(directory)) {
            store.schedule(dated, Duration.ofDays(1), 1);
            assertThrows(
                    StoreLockedException.class, () -> store.schedule(dated, Duration.ofDays(1), 1));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> store.schedule(dated, Duration.ofDays(1), 0));
        }
        try (KvStore store = KvStore.open(directory)) {
            store.schedule(dated, Duration.ofDays(1), 1).close();
        }
    }

    private static Thread start(AtomicReference<Throwable> failure, Runnable work) {
        Thread thread =
                new Thread(() -> {
                    try {
                        work.run();
                    } catch (RuntimeException | Error e) {
                        failure.set(e);
                    }
                });
        thread.start();
        return thread;
    }

    private static LogStore open(Path directory) {
        directory.toFile().mkdir();
        return LogStore.open(
                new RealDisk(directory), OPTIONS, new ThreadBackground(), new Random(1));
    }

    private static void fill(LogStore store, int count) {
        for (int i = 0; i < count; i++) {
            store.set(bytes("key" + i), new byte[200]);
        }
    }

    private static void fill(KvStore store, String value, int count) {
        for (int i = 0; i < count; i++) {
            store.set("key" + i, value.repeat(40) + i);
        }
    }

    private static Map<String, String> content(KvStore store) {
        Map<String, String> content = new TreeMap<>();
        try (Cursor cursor = store.scan(Scan.all())) {
            while (cursor.next()) {
                content.put(text(cursor.key()), text(cursor.value()));
            }
        }
        return content;
    }

    private static int number(KvStore store, String key) {
        return Integer.parseInt(store.get(key).orElseThrow());
    }

    private static List<Path> files(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    private static List<String> names(Path directory) throws IOException {
        return new Folders(directory).names();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
