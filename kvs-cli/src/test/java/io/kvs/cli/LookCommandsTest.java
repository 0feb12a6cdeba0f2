package io.kvs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.KvStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `stats`, `verify`, `compact`, help and version.
class LookCommandsTest {
    @TempDir private Path parent;
    private Path directory;
    private Session session;

    @BeforeEach
    void makeStore() {
        directory = parent.resolve("store");
        session = new Session(directory);
        try (KvStore store = KvStore.open(directory)) {
            for (int i = 0; i < 1000; i++) {
                store.set("key" + i % 500, "value" + i);
            }
            store.remove("key0");
        }
    }

    @Test
    void stats_tellsFigures() {
        String text = session.doneText("stats");
        assertTrue(text.startsWith("keys                499\n"), text);
        for (String name : new String[] {"live", "dead", "tombstones", "on disk", "segments"}) {
            assertTrue(text.contains("\n" + name + " "), text);
        }
        assertTrue(text.contains("0000000001.log"), text);
    }

    @Test
    void statsAsJson_isOneObject() {
        String text = session.doneText("stats", "--json");
        assertTrue(text.startsWith("{\"keys\":499,\"liveBytes\":"), text);
        assertTrue(text.contains("\"segments\":[{\"file\":\"0000000001.log\","), text);
        assertTrue(text.endsWith("]}\n"), text);
    }

    @Test
    void statsAndVerify_besideAnOwner_work() {
        try (KvStore store = KvStore.open(directory)) {
            store.set("more", "value");
            assertTrue(session.doneText("stats").startsWith("keys                500\n"));
            assertTrue(session.doneText("verify").endsWith(": no damage\n"));
        }
    }

    @Test
    void verify_ofSoundStore_countsWhatItRead() {
        String text = session.doneText("verify");
        assertTrue(text.startsWith("read 1001 records in "), text);
        assertTrue(session.doneText("verify", "--json").contains("\"damage\":[]"));
    }

    @Test
    void verify_ofDamagedStore_namesEveryPlace() throws IOException {
        Path segment = directory.resolve("0000000001.log");
        byte[] bytes = Files.readAllBytes(segment);
        bytes[80] ^= 1;
        bytes[20_000] ^= 4;
        Files.write(segment, bytes);
        String line = session.failed(4, "verify");
        assertTrue(line.startsWith("kvs: " + directory + " is damaged in "), line);
        String text = session.output();
        assertTrue(text.startsWith("corrupt data in " + segment + " at offset 64: "), text);
        session.failed(4, "verify", "--json");
        assertTrue(session.output().contains("\"offset\":64,"), session.output());
    }

    @Test
    void compact_givesSpaceBack() {
        String before = session.doneText("stats");
        assertTrue(session.doneText("compact").startsWith("compacted: "), before);
        String text = session.doneText("stats");
        assertTrue(text.contains("\ndead                0 B\n"), text);
        assertEquals("value999\n", session.doneText("get", "key499"));
        session.failedSilently(1, "get", "key0");
    }

    @Test
    void compact_withCompression_isRememberedAndToldByStats() {
        assertTrue(session.doneText("stats").contains("\ncompression         none\n"));
        session.done("compact", "--compression", "zstd");
        assertEquals("value999\n", session.doneText("get", "key499"));
        session.done("compact");
        assertTrue(session.doneText("stats").contains("\ncompression         zstd\n"));
        assertTrue(session.doneText("stats", "--json").contains("\"compression\":\"zstd\""));
        session.done("compact", "--compression=none");
        assertEquals("value999\n", session.doneText("get", "key499"));
        session.failed(2, "compact", "--compression", "brotli");
        String message = "there is no compression 'brotli'; there are none, lz4, zstd";
        assertTrue(session.errors().contains(message), session.errors());
    }

    @Test
    void help_isPrinted() {
        String text = session.doneText("--help");
        assertTrue(text.startsWith("Usage: kvs [-hV] [--data-dir=DIR] [COMMAND]\n"), text);
        assertTrue(text.contains("Exit codes:"), text);
        assertEquals(text, session.doneText("-h"));
        assertEquals(text, session.doneText("help"));
        assertTrue(session.doneText("import", "--help").startsWith("Usage: kvs import "));
        assertTrue(session.doneText("help", "set").startsWith("Usage: kvs set "));
    }

    @Test
    void version_isPrinted() {
        String text = session.doneText("-V");
        assertTrue(text.matches("kvs \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\n"), text);
        assertEquals(text, session.doneText("--version"));
    }

    @Test
    void help_withFullOutput_fails() {
        session.writingTo(new FullDisk());
        session.failed(3, "--help");
        session.failed(3, "stats");
        session.failed(3, "verify");
        session.failed(3, "compact");
    }

    @Test
    void trace_isShownOnDemandOnly() {
        session.with("KVS_TRACE", "1");
        assertEquals(3, session.run("stats", "--data-dir", parent.resolve("none").toString()));
        assertTrue(session.errors().contains("StoreIoException"), session.errors());
    }
}
