package io.kvs.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.CompactionFailedException;
import io.kvs.CorruptionException;
import io.kvs.Cursor;
import io.kvs.KvStore;
import io.kvs.KvsException;
import io.kvs.KvsOptions;
import io.kvs.Scan;
import io.kvs.StoreIoException;
import io.kvs.VerifyReport;
import io.kvs.WriteBatch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A damaged record is reported with file and offset, and costs no other key anything.
final class StoreDamageTest {
    private static final KvsOptions OPTIONS = KvsOptions.defaults().withAutomaticCompaction(false);

    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void verify_flippedBitInAValue_reportsFileAndOffset(boolean compacted) throws IOException {
        Path file = damagedStore(compacted);
        int flipped = Directories.offsetOf(file, "~damaged");

        VerifyReport report = KvStore.verify(directory);

        assertEquals(1, report.damage().size(), report.toString());
        CorruptionException damage = report.damage().getFirst();
        assertEquals(file.toString(), damage.file());
        assertTrue(damage.offset() <= flipped && flipped < damage.offset() + 64, damage.toString());
        assertTrue(String.valueOf(damage.getMessage()).contains(file.toString()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void get_damagedRecord_isCorruptionAndOthersAreFine(boolean compacted) throws IOException {
        Path file = damagedStore(compacted);
        int flipped = Directories.offsetOf(file, "~damaged");

        try (KvStore store = KvStore.open(directory, OPTIONS)) {
            CorruptionException e =
                    assertThrows(CorruptionException.class, () -> store.get("key 7"));

            assertEquals(file.toString(), e.file());
            assertTrue(e.offset() <= flipped && flipped < e.offset() + 64, e.toString());
            assertEquals(20, store.size());
            assertOthersAreFine(store);
            assertEquals(Optional.empty(), store.get("absent"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void set_damagedRecord_healsTheKey(boolean compacted) throws IOException {
        Path _ = damagedStore(compacted);

        try (KvStore store = KvStore.open(directory, OPTIONS)) {
            store.set("key 7", "a new value");
            assertEquals(Optional.of("a new value"), store.get("key 7"));
        }
        try (KvStore store = KvStore.open(directory, OPTIONS)) {
            assertEquals(Optional.of("a new value"), store.get("key 7"));
            assertEquals(20, store.size());
            assertOthersAreFine(store);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void set_valueThatADamagedRecordSeemsToHave_isWritten(boolean compacted) throws IOException {
        Path file = damagedStore(compacted);
        byte[] bytes = java.nio.file.Files.readAllBytes(file);
        int at = Directories.offsetOf(file, "~damaged");
        int end = at;
        while (bytes[end] != '!') {
            end++;
        }
        String seeming = new String(bytes, at, end + 1 - at, StandardCharsets.ISO_8859_1);

        try (KvStore store = KvStore.open(directory, OPTIONS)) {
            store.set("key 7", seeming);
            assertEquals(Optional.of(seeming), store.get("key 7"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void compact_damagedRecord_keepsTheDamageVisible(boolean compacted) throws IOException {
        Path _ = damagedStore(compacted);

        try (KvStore store = KvStore.open(directory, OPTIONS)) {
            store.set("key 1", "stale soon");
            store.set("key 1", "value 1!");
            store.remove("key 2");
            try {
                store.compact();
            } catch (CompactionFailedException e) {
                assertTrue(String.valueOf(e.getMessage()).contains(".log"), e.getMessage());
            }
            assertThrows(CorruptionException.class, () -> store.get("key 7"));
            assertEquals(Optional.of("value 1!"), store.get("key 1"));
            assertEquals(Optional.empty(), store.get("key 2"));
        }
        try (KvStore store = KvStore.open(directory, OPTIONS)) {
            assertThrows(CorruptionException.class, () -> store.get("key 7"));
            assertEquals(Optional.empty(), store.get("key 2"));
            assertEquals(19, store.size());
        }
    }

    @Test
    void open_oneManifestCopyDamaged_usesTheOtherAndReports() throws IOException {
        KvStore.open(directory).close();
        try (KvStore store = KvStore.open(directory)) {
            store.set("key", "value");
        }
        Path manifest = directory.resolve(io.kvs.format.FileNames.MANIFEST);
        Directories.damage(manifest, 20);

        try (KvStore store = KvStore.open(directory)) {
            assertEquals(1, store.recovery().damage().size());
            assertEquals(manifest.toString(), store.recovery().damage().getFirst().file());
            store.set("other", "a change of the manifest");
            assertEquals(Optional.of("value"), store.get("key"));
        }
        assertEquals(
                List.of(), KvStore.verify(directory).damage(), "the close has written it anew");
    }

    @Test
    void open_runDamaged_readsTheSegment() throws IOException {
        try (KvStore store = KvStore.open(directory, OPTIONS)) {
            fill(store);
        }
        String run = Directories.names(directory, ".run").getFirst();
        for (int offset : new int[] {0, 30, (int) directory.resolve(run).toFile().length() - 3}) {
            Directories.damage(directory.resolve(run), offset);

            try (KvStore store = KvStore.open(directory, OPTIONS)) {
                assertEquals(20, store.size());
                assertArrayEquals(
                        "~damaged value 7!".getBytes(StandardCharsets.UTF_8),
                        store.get("key 7".getBytes(StandardCharsets.UTF_8)).orElseThrow());
                assertOthersAreFine(store);
                store.set("to be closed with a run", "file");
                store.remove("to be closed with a run");
            }
            run = Directories.names(directory, ".run").getFirst();
        }
    }

    /// Fills a store, closes it, and damages the value of key 7; returns the file it lies in.
    private Path damagedStore(boolean compacted) throws IOException {
        try (KvStore store = KvStore.open(directory, OPTIONS)) {
            fill(store);
            if (compacted) {
                store.compact();
            }
        }
        for (String name : Directories.names(directory, ".log")) {
            Path file = directory.resolve(name);
            int at = Directories.offsetOf(file, "~damaged value 7!");
            if (at >= 0) {
                Directories.damage(file, at + 12);
                return file;
            }
        }
        throw new AssertionError("the value is in no segment");
    }

    private static void fill(KvStore store) {
        for (int i = 0; i < 20; i++) {
            store.set("key " + i, "old");
            store.set("key " + i, i == 7 ? "~damaged value 7!" : "value " + i + "!");
        }
    }

    /// A page behind the end of a mapped file cannot be read or written, like one on a device that
    /// has gone.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Timeout(60)
    void everyOperation_pagesThatAreGone_failsWithAnErrorOfOurs(boolean all) throws IOException {
        int count = 4_000;
        KvsOptions options = OPTIONS.withSegmentLimitBytes(64 << 10);
        KvStore store = KvStore.open(directory, options);
        for (int i = 0; i < count; i++) {
            store.set("key " + i, "value " + i + " ".repeat(80));
        }
        List<String> names = Directories.names(directory, ".log");
        for (String name : all ? names : names.subList(0, 1)) {
            Path file = directory.resolve(name);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(4096);
            }
        }

        int unreadable = 0;
        for (int round = 0; round < 20; round++) {
            unreadable = unreadable(store, count);
        }
        assertEquals(Optional.empty(), store.get("absent"));
        attempt(() -> store.set("key 1", "another value"));
        attempt(() -> store.set("a new key", "value"));
        attempt(() -> store.set("a synced key", "value"));
        attempt(() -> store.remove("key 2"));
        attempt(() -> store.remove("key " + (count - 2)));
        attempt(() -> store.write(new WriteBatch().set("batched", "value").remove("key 5")));
        attempt(store::sync);
        attempt(store::compact);
        attempt(() -> {
            try (Cursor entries = store.scan(Scan.all())) {
                while (entries.next()) {
                    entries.value();
                }
            }
        });
        attempt(() -> KvStore.verify(directory));
        attempt(store::stats);
        attempt(store::close);

        assertTrue(unreadable > (all ? count / 2 : 100), unreadable + " unreadable");
        attempt(() -> {
            try (KvStore reopened = KvStore.open(directory, options)) {
                for (int i = 0; i < count; i++) {
                    String key = "key " + i;
                    attempt(() -> reopened.get(key));
                }
            }
        });
    }

    /// Such a file is mapped as far as it goes; what the background does after an open is to see
    /// that.
    @Test
    void open_segmentsThatWereCut_upsetsNoThread() throws Exception {
        KvsOptions options = OPTIONS.withSegmentLimitBytes(64 << 10);
        try (KvStore store = KvStore.open(directory, options)) {
            for (int i = 0; i < 4_000; i++) {
                store.set("key " + i, "value " + i + " ".repeat(80));
            }
        }
        List<String> names = new ArrayList<>(Directories.names(directory, ".log"));
        Collections.sort(names);
        for (String name : names.subList(0, names.size() - 1)) {
            Path file = directory.resolve(name);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(4096);
            }
        }
        List<Throwable> thrown = new CopyOnWriteArrayList<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((_, e) -> thrown.add(e));
        try (KvStore reopened = KvStore.open(directory, options)) {
            TimeUnit.MILLISECONDS.sleep(200); // nothing tells that the background has done its work
            assertEquals(Optional.empty(), reopened.get("absent"));
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }

        assertEquals(List.of(), thrown);
    }

    private static int unreadable(KvStore store, int count) {
        int unreadable = 0;
        for (int i = 10; i < count - 10; i++) {
            try {
                Optional<String> expected = Optional.of("value " + i + " ".repeat(80));
                assertEquals(expected, store.get("key " + i));
            } catch (CorruptionException | StoreIoException e) {
                unreadable++;
            }
        }
        return unreadable;
    }

    /// Runs something that may fail, but only with an error of ours.
    private static void attempt(Runnable action) {
        try {
            action.run();
        } catch (KvsException e) {
            assertTrue(String.valueOf(e.getMessage()).length() > 10, e.toString());
        }
    }

    private static void assertOthersAreFine(KvStore store) {
        for (int i = 0; i < 20; i++) {
            if (i != 7) {
                assertEquals(Optional.of("value " + i + "!"), store.get("key " + i));
            }
        }
    }
}
