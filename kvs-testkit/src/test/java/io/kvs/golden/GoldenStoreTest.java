package io.kvs.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kvs.KvStore;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Stores written by released formats open for ever. The one of version 2 has a log segment that is
/// not sealed, a sorted one, their runs, a batch, removals and a record written with SYNC.
final class GoldenStoreTest {
    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "v2");

    @TempDir Path directory;

    @BeforeEach
    void copyStore() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(GOLDEN)) {
            for (Path file : files) {
                Files.copy(file, directory.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void open_storeOfVersion2_holdsWhatWasWritten() {
        assertEquals(List.of(), KvStore.verify(directory).damage());
        try (KvStore store = KvStore.open(directory)) {
            assertContent(store);
            assertEquals(0, store.recovery().rebuiltRuns());
        }
    }

    @Test
    void open_storeOfVersion2WithoutRuns_holdsTheSame() throws IOException {
        try (DirectoryStream<Path> runs = Files.newDirectoryStream(directory, "*.run")) {
            for (Path run : runs) {
                Files.delete(run);
            }
        }
        try (KvStore store = KvStore.open(directory)) {
            assertContent(store);
        }
    }

    @Test
    void write_storeOfVersion2_goesOn() {
        try (KvStore store = KvStore.open(directory)) {
            store.set("new", "entry");
            store.compact();
        }
        try (KvStore store = KvStore.open(directory)) {
            assertEquals(Optional.of("entry"), store.get("new"));
            store.remove("new");
            assertContent(store);
        }
    }

    private static void assertContent(KvStore store) {
        for (int i = 0; i < 40; i++) {
            boolean removed = i % 3 == 0 || i == 1 || i == 2;
            Optional<String> expected =
                    removed
                            ? Optional.empty()
                            : Optional.of(i == 4 ? "rewritten" : "value of " + i);
            assertEquals(expected, store.get("key-" + i), "key-" + i);
        }
        for (int i = 100; i < 140; i++) {
            assertEquals(Optional.of("second segment " + "x".repeat(40)), store.get("key-" + i));
        }
        assertEquals(Optional.of("1"), store.get("batch-a"));
        assertEquals(Optional.of("2"), store.get("batch-b"));
        assertEquals(Optional.of("yes"), store.get("synced"));
        assertEquals(Optional.of(""), store.get("empty"));
        assertEquals(Optional.of("значение"), store.get("ключ"));
        byte[] binary = store.get(new byte[] {0, (byte) 255}).orElseThrow();
        assertArrayEquals(new byte[] {(byte) 128, 0}, binary);
        assertEquals(70, store.size());
    }
}
