package io.kvs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.memory.MemoryEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnginesTest {
    private static final EngineOptions OPTIONS = EngineOptions.defaults();

    @TempDir private Path parent;
    private Path directory;
    private Path marker;

    @BeforeEach
    void setUp() {
        directory = parent.resolve("data");
        marker = directory.resolve("ENGINE");
    }

    @Test
    void all_ofTheLibrary_areKvsAndMemory() {
        List<String> names = Engines.all().stream().map(EngineProvider::name).toList();
        assertEquals(List.of("kvs", "memory"), names);
        Engines.all().forEach(provider -> assertFalse(provider.description().isBlank()));
    }

    @Test
    void find_ofAnUnknownName_saysWhatIsKnown() {
        String message =
                assertThrows(IllegalArgumentException.class, () -> Engines.find("sled"))
                        .getMessage();
        assertEquals("there is no engine 'sled'; there are kvs, memory", message);
    }

    @Test
    void open_ofKvs_marksTheDirectoryForItsOwnerOnly() throws IOException {
        try (KvsEngine engine = Engines.open(directory, "kvs", OPTIONS)) {
            engine.set("key", "value");
            assertInstanceOf(KvStore.class, engine);
        }
        assertEquals("kvs\n", Files.readString(marker));
        assertEquals(Optional.of("kvs"), Engines.writtenBy(directory));
        assertEquals("rwx------", permissions(directory));
        assertEquals("rw-------", permissions(marker));
        try (KvStore store = KvStore.open(directory)) {
            assertEquals(Optional.of("value"), store.get("key"));
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void open_withoutAName_takesTheEngineOfTheDirectory() throws IOException {
        try (KvsEngine engine = Engines.open(directory, null, OPTIONS)) {
            assertInstanceOf(KvStore.class, engine);
        }
        Files.writeString(marker, "memory\n");
        try (KvsEngine engine = Engines.open(parent.resolve("none"), "memory", OPTIONS)) {
            assertInstanceOf(MemoryEngine.class, engine);
        }
        assertEquals("memory", Engines.of(directory).name());
    }

    @Test
    void open_ofAStoreWithoutMarker_isKvs() {
        KvStore.open(directory).close();
        assertFalse(Files.exists(marker));
        assertEquals(Optional.of("kvs"), Engines.writtenBy(directory));
        UnsupportedFormatException refused =
                assertThrows(
                        UnsupportedFormatException.class,
                        () -> Engines.open(directory, "memory", OPTIONS));
        assertEquals(
                directory
                        + " was written by the engine kvs, not memory; choose that engine, or"
                        + " another directory",
                refused.getMessage());
        Engines.open(directory, "kvs", OPTIONS).close();
        assertTrue(Files.exists(marker));
    }

    @Test
    void open_ofMemory_leavesNothing() throws IOException {
        try (KvsEngine engine = Engines.open(directory, "memory", OPTIONS)) {
            engine.set("key", "value");
        }
        assertFalse(Files.exists(directory));
        Files.createDirectory(directory);
        Engines.open(directory, "memory", OPTIONS).close();
        assertEquals(Optional.empty(), Engines.writtenBy(directory));
        assertEquals(0, directory.toFile().list().length);
    }

    @Test
    void open_ofADirectoryOfAnotherEngine_isRefusedAndChangesNothing() throws IOException {
        Files.createDirectory(directory);
        Files.writeString(marker, "sled\n");
        assertThrows(
                UnsupportedFormatException.class, () -> Engines.open(directory, "kvs", OPTIONS));
        assertThrows(UnsupportedFormatException.class, () -> KvStore.inspect(directory));
        assertThrows(UnsupportedFormatException.class, () -> KvStore.verify(directory));
        assertThrows(UnsupportedFormatException.class, () -> Engines.of(directory));
        assertEquals(List.of("ENGINE"), List.of(directory.toFile().list()));
        assertThrows(UnsupportedFormatException.class, () -> KvStore.open(directory));
        assertEquals("sled\n", Files.readString(marker));
        assertFalse(Files.exists(directory.resolve("MANIFEST")));
    }

    @Test
    void open_withAnUnreadableMarker_isAnError() throws IOException {
        Files.createDirectory(directory);
        String tooLong = "a".repeat(33);
        for (String content :
                List.of("", "\n", "kvs", "kvs\n\n", "Kvs\n", "k vs\n", "1kvs\n", tooLong + "\n")) {
            Files.writeString(marker, content);
            CorruptionException damage =
                    assertThrows(
                            CorruptionException.class,
                            () -> Engines.open(directory, null, OPTIONS),
                            content);
            assertEquals(marker.toString(), damage.file());
            assertThrows(CorruptionException.class, () -> KvStore.open(directory), content);
            assertThrows(
                    CorruptionException.class,
                    () -> Engines.open(directory, "memory", OPTIONS),
                    content);
        }
        Files.delete(marker);
        Files.createDirectory(marker);
        assertThrows(StoreIoException.class, () -> Engines.open(directory, null, OPTIONS));
    }

    @Test
    void open_ofADirectoryThatIsOwned_isRefused() {
        try (KvStore owner = KvStore.open(directory)) {
            assertThrows(StoreLockedException.class, () -> Engines.open(directory, "kvs", OPTIONS));
            owner.set("key", "value");
        }
    }

    @Test
    void open_withSyncDurability_passesItOn() {
        EngineOptions sync = OPTIONS.withDurability(Durability.SYNC);
        try (KvsEngine engine = Engines.open(directory, "kvs", sync)) {
            engine.set("key", "value");
            assertTrue(((KvStore) engine).stats().syncs() > 0);
        }
    }
}
