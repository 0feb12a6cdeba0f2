package io.kvs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.EngineOptions;
import io.kvs.Engines;
import io.kvs.KvsEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Directories that a server has marked for an engine.
class EngineMarkerTest {
    @TempDir private Path parent;
    private Path directory;
    private Session session;

    @BeforeEach
    void start() {
        directory = parent.resolve("store");
        session = new Session(directory);
    }

    @Test
    void commands_onADirectoryOfKvs_work() {
        try (KvsEngine engine = Engines.open(directory, "kvs", EngineOptions.defaults())) {
            engine.set("key", "value");
        }
        assertEquals("value\n", session.doneText("get", "key"));
        session.done("set", "other", "value");
        session.done("rm", "key");
        session.done("verify");
        session.done("stats");
        session.done("compact");
        String copy = parent.resolve("copy").toString();
        session.done("snapshot", copy);
        assertEquals("value\n", session.doneText("--data-dir", copy, "get", "other"));
        try (KvsEngine engine = Engines.open(directory, null, EngineOptions.defaults())) {
            assertEquals("value", engine.get("other").orElseThrow());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"get key", "rm key", "set key value", "scan", "stats", "verify"})
    void commands_onADirectoryOfAnotherEngine_sayWhich(String command) throws IOException {
        Files.createDirectory(directory);
        Files.writeString(directory.resolve("ENGINE"), "rocksdb\n");
        String line = session.failedSilently(3, command.split(" "));
        assertTrue(line.contains(" was written by the engine rocksdb, not kvs; "), line);
        assertTrue(Files.notExists(directory.resolve("MANIFEST")));
    }
}
