package io.kvs.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.Compressions;
import io.kvs.CorruptionException;
import io.kvs.Cursor;
import io.kvs.KvStore;
import io.kvs.KvsOptions;
import io.kvs.Scan;
import io.kvs.Snapshot;
import io.kvs.UnsupportedFormatException;
import io.kvs.format.DictionaryFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Values that compaction has compressed.
final class CompressionTest {
    private static final int COUNT = 1_000;
    private static final KvsOptions PLAIN =
            KvsOptions.defaults().withSegmentLimitBytes(64 << 10).withAutomaticCompaction(false);
    private static final KvsOptions COMPRESSED = PLAIN.withCompression("lz4");

    @TempDir private Path directory;

    @Test
    void compact_valuesOfOneForm_takeHalfTheSpaceAndAreTheSame() {
        long plainBytes;
        try (KvStore store = KvStore.open(directory, PLAIN)) {
            fill(store);
            plainBytes = store.stats().liveBytes();
        }
        try (KvStore store = KvStore.open(directory, COMPRESSED)) {
            store.compact();
            assertTrue(store.stats().liveBytes() < plainBytes / 2);
            assertEquals("lz4", store.stats().compression());
            assertFilled(store);
        }
        try (KvStore store = KvStore.open(directory)) {
            assertFilled(store);
        }
        assertEquals(List.of(), KvStore.verify(directory).damage());
    }

    @Test
    void open_storeThatIsNeverAskedToCompact_compressesByItself() {
        KvsOptions options = COMPRESSED.withAutomaticCompaction(true);
        try (KvStore store =
                KvStore.open(directory, options.withCompactionThresholdBytes(16 << 10))) {
            fill(store);
            long bytes = store.stats().liveBytes();
            while (store.stats().liveBytes() > bytes * 3 / 4) {
                Thread.onSpinWait();
            }
            assertFilled(store);
        }
    }

    @Test
    void open_withoutAWordOfCompression_goesOnWithIt() {
        KvStore.open(directory, COMPRESSED).close();
        try (KvStore store = KvStore.open(directory, PLAIN)) {
            fill(store);
            long bytes = store.stats().liveBytes();
            store.compact();
            assertEquals("lz4", store.stats().compression());
            assertTrue(store.stats().liveBytes() < bytes / 2);
        }
    }

    @Test
    void compact_toldNotToCompressAnyMore_storesValuesAsTheyAre() throws IOException {
        long bytes;
        try (KvStore store = KvStore.open(directory, COMPRESSED)) {
            fill(store);
            bytes = store.stats().liveBytes();
            store.compact();
        }
        try (KvStore store = KvStore.open(directory, PLAIN.withCompression(Compressions.NONE))) {
            assertFilled(store);
            store.compact();
            assertEquals(Compressions.NONE, store.stats().compression());
            assertTrue(store.stats().liveBytes() >= bytes);
            assertFilled(store);
        }
        KvStore.open(directory).close();
        assertEquals(List.of(), Directories.names(directory, ".dict"));
    }

    @Test
    void compact_valuesThatDoNotShrink_areStoredAsTheyAre() {
        SplittableRandom random = new SplittableRandom(1);
        byte[] value = new byte[100];
        try (KvStore store = KvStore.open(directory, COMPRESSED)) {
            for (int i = 0; i < COUNT; i++) {
                random.nextBytes(value);
                store.set(bytes(key(i)), value);
            }
            long bytes = store.stats().liveBytes();
            store.compact();
            long compacted = store.stats().liveBytes();
            assertTrue(compacted <= bytes + 8L * COUNT, bytes + " then " + compacted);
            assertArrayEquals(value, store.get(bytes(key(COUNT - 1))).orElseThrow());
        }
    }

    @Test
    void compact_valuesOfAnotherFormLater_makesAnotherDictionary() throws IOException {
        try (KvStore store = KvStore.open(directory, COMPRESSED)) {
            fill(store);
            store.compact();
            List<String> first = Directories.names(directory, ".dict");
            for (int i = 0; i < 20 * COUNT; i++) {
                store.set("other" + i, "<entry kind=\"other\" number='" + i * 31 + "'/> " + i);
            }
            store.compact();
            assertFalse(first.containsAll(Directories.names(directory, ".dict")));
            assertFilled(store);
        }
        try (KvStore store = KvStore.open(directory)) {
            assertFilled(store);
            assertEquals(
                    Optional.of("<entry kind=\"other\" number='310'/> 10"), store.get("other10"));
        }
    }

    @Test
    void write_keyWithACompressedValue_isAsAlways() {
        try (KvStore store = KvStore.open(directory, COMPRESSED)) {
            fill(store);
            store.compact();

            assertTrue(store.compareAndSet(bytes(key(1)), bytes(value(1)), bytes("changed")));
            assertFalse(store.compareAndSet(bytes(key(2)), bytes("wrong"), bytes("changed")));
            store.set(key(3), value(3));
            assertEquals(1, store.stats().skippedWrites());
            assertTrue(store.expire(bytes(key(4)), Duration.ofDays(1)));
            store.remove(key(5));

            assertEquals(Optional.of("changed"), store.get(key(1)));
            assertEquals(Optional.of(value(2)), store.get(key(2)));
            assertEquals(Optional.of(value(4)), store.get(key(4)));
            assertEquals(Optional.empty(), store.get(key(5)));
            store.compact();
            assertTrue(store.expiry(bytes(key(4))).isPresent());
            assertEquals(Optional.of(value(4)), store.get(key(4)));
        }
    }

    @Test
    void snapshot_takenBeforeCompression_readsTheSameAfterIt() {
        try (KvStore store = KvStore.open(directory, COMPRESSED)) {
            fill(store);
            try (Snapshot before = store.snapshot()) {
                store.compact();
                try (Snapshot after = store.snapshot()) {
                    for (int i = 0; i < COUNT; i++) {
                        store.set(key(i), "new");
                    }
                    store.compact();
                    assertEquals(Optional.of(value(7)), before.get(key(7)));
                    assertEquals(Optional.of(value(7)), after.get(key(7)));
                    assertEquals(COUNT, count(before.scan(Scan.all())));
                    assertEquals(COUNT, count(after.scan(Scan.all())));
                }
            }
        }
    }

    @Test
    void backup_ofACompressedStore_holdsWhatItNeeds() {
        Path target = directory.resolve("backup");
        Path source = directory.resolve("store");
        try (KvStore store = KvStore.open(source, COMPRESSED)) {
            fill(store);
            store.compact();
            store.backup(target);
        }
        try (KvStore store = KvStore.open(target)) {
            assertFilled(store);
            assertEquals("lz4", store.stats().compression());
        }
    }

    @Test
    void open_dictionaryDamagedInOnePlace_losesNothingAndTellsIt() throws IOException {
        compressedStore();
        Directories.damage(dictionary(), 100);
        try (KvStore store = KvStore.open(directory)) {
            assertEquals(1, store.recovery().damage().size());
            assertFilled(store);
        }
    }

    @Test
    void open_dictionaryMissing_readsWhatIsNotCompressed() throws IOException {
        compressedStore();
        String name = dictionary().getFileName().toString();
        Files.delete(dictionary());
        try (KvStore store = KvStore.open(directory)) {
            store.set("plain", "value");
            CorruptionException e =
                    assertThrows(CorruptionException.class, () -> store.get(key(1)));
            assertTrue(e.getMessage().contains(name), e.getMessage());
            assertEquals(Optional.of("value"), store.get("plain"));
            assertEquals(1, store.recovery().damage().size());
        }
    }

    @Test
    void open_compressionThatIsNotPresent_saysSo() throws IOException {
        compressedStore();
        DictionaryFile file =
                Objects.requireNonNull(DictionaryFile.decode(Files.readAllBytes(dictionary())));
        Files.write(
                dictionary(),
                new DictionaryFile(
                                file.storeId(),
                                file.id(),
                                "brotli",
                                file.ratioPermille(),
                                file.content())
                        .encode());

        UnsupportedFormatException e =
                assertThrows(UnsupportedFormatException.class, () -> KvStore.open(directory));

        assertTrue(
                e.getMessage()
                        .endsWith(
                                " belongs to the compression brotli, which is not present; there are"
                                        + " lz4"),
                e.getMessage());
        assertFalse(e.getMessage().contains("\n"));
    }

    @Test
    void options_unknownCompression_areRefused() {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> KvsOptions.defaults().withCompression("brotli"));

        assertEquals("there is no compression 'brotli'; there are none, lz4", e.getMessage());
    }

    private void compressedStore() {
        try (KvStore store = KvStore.open(directory, COMPRESSED)) {
            fill(store);
            store.compact();
        }
        KvStore.open(directory).close();
    }

    private Path dictionary() throws IOException {
        List<String> names = Directories.names(directory, ".dict");
        assertEquals(1, names.size());
        return directory.resolve(names.getFirst());
    }

    private static void fill(KvStore store) {
        for (int i = 0; i < COUNT; i++) {
            store.set(key(i), value(i));
        }
    }

    private static void assertFilled(KvStore store) {
        for (int i = 0; i < COUNT; i++) {
            assertEquals(Optional.of(value(i)), store.get(key(i)));
        }
    }

    private static int count(Cursor cursor) {
        int count = 0;
        try (cursor) {
            while (cursor.next()) {
                String key = new String(cursor.key(), UTF_8);
                assertEquals(
                        value(Integer.parseInt(key.substring(3))),
                        new String(cursor.value(), UTF_8));
                count++;
            }
        }
        return count;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String key(int i) {
        return "key" + i;
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
                + "\"}}";
    }
}
