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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Stores written by earlier versions of the format open for ever. Each has a log segment that is
/// not sealed, a sorted one, their runs, a batch, removals and a record written with SYNC; that of
/// version 3 also has compressed values and their dictionary.
final class GoldenStoreTest {
    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");

    @TempDir Path directory;

    private void copyStore(int version) throws IOException {
        Path store = GOLDEN.resolve("v" + version);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(store)) {
            for (Path file : files) {
                Files.copy(file, directory.resolve(file.getFileName()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void open_storeOfAVersion_holdsWhatWasWritten(int version) throws IOException {
        copyStore(version);
        assertEquals(List.of(), KvStore.verify(directory).damage());
        try (KvStore store = KvStore.open(directory)) {
            assertContent(store, version);
            assertEquals(0, store.recovery().rebuiltRuns());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void open_storeOfAVersionWithoutRuns_holdsTheSame(int version) throws IOException {
        copyStore(version);
        try (DirectoryStream<Path> runs = Files.newDirectoryStream(directory, "*.run")) {
            for (Path run : runs) {
                Files.delete(run);
            }
        }
        try (KvStore store = KvStore.open(directory)) {
            assertContent(store, version);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void write_storeOfAVersion_goesOn(int version) throws IOException {
        copyStore(version);
        try (KvStore store = KvStore.open(directory)) {
            store.set("new", "entry");
            store.compact();
        }
        try (KvStore store = KvStore.open(directory)) {
            assertEquals(Optional.of("entry"), store.get("new"));
            store.remove("new");
            assertContent(store, version);
        }
    }

    private static void assertContent(KvStore store, int version) {
        int compressed = version < 3 ? 0 : 200;
        for (int i = 0; i < compressed; i++) {
            String value =
                    "{\"id\":"
                            + i
                            + ",\"name\":\"user"
                            + i * 7919
                            + "\",\"active\":true,\"address\":{\"city\":\"Berlin\"}}";
            assertEquals(Optional.of(value), store.get("json-" + i));
        }
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
        assertEquals(70 + compressed, store.size());
    }
}
