package io.kvs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.KvStore;
import io.kvs.KvsOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryCommandTest {
    @TempDir private Path parent;
    private Session session;

    @BeforeEach
    void start() {
        session = new Session(parent.resolve("store"));
    }

    @Test
    void history_printsEveryWriteNewestFirst() {
        session.done("set", "key", "one");
        session.done("set", "other", "x");
        session.done("rm", "key");
        session.done("set", "key", "a\tb\\\n\r\u0001\u007f\u009b é 🐎");
        List<String> lines = session.doneText("history", "key").lines().toList();
        assertEquals(3, lines.size());
        assertTrue(
                lines.get(0).endsWith("\tvalue\ta\\tb\\\\\\n\\r\\x01\\x7f\\xc2\\x9b é 🐎"),
                lines.get(0));
        assertTrue(lines.get(1).matches("[0-9]+\tremoval"), lines.get(1));
        assertTrue(lines.get(2).matches("[0-9]+\tvalue\tone"), lines.get(2));
        String sequence = lines.get(2).substring(0, lines.get(2).indexOf('\t'));
        List<String> objects = session.doneText("history", "--json", "key").lines().toList();
        assertTrue(
                objects.get(0)
                        .endsWith(
                                ",\"kind\":\"value\",\"value\":\"a\\tb\\\\\\n\\r\\u0001"
                                        + "\u007f\u009b é 🐎\"}"),
                objects.get(0));
        assertTrue(
                objects.get(1).matches("\\{\"sequence\":[0-9]+,\"kind\":\"removal\"}"),
                objects.get(1));
        assertEquals(
                "{\"sequence\":" + sequence + ",\"kind\":\"value\",\"value\":\"one\"}",
                objects.get(2));
    }

    @Test
    void history_ofAValueThatExpires_tellsWhenAndIsARemovalThen() {
        try (KvStore store = KvStore.open(parent.resolve("store"))) {
            store.set("key", "past", Duration.ofNanos(1));
            store.set("key", "value", Duration.ofDays(1));
        }
        Instant passed = Instant.now().plusMillis(2);
        while (Instant.now().isBefore(passed)) {
            Thread.onSpinWait();
        }
        List<String> lines = session.doneText("history", "key").lines().toList();
        assertTrue(lines.get(0).endsWith("\tvalue\tvalue"), lines.get(0));
        assertTrue(lines.get(1).endsWith("\tremoval"), lines.get(1));
        lines = session.doneText("history", "key", "--json").lines().toList();
        assertTrue(
                lines.get(0).matches(".*,\"value\":\"value\",\"expiry\":\"20[0-9T:.-]+Z\"}"),
                lines.get(0));
        assertTrue(lines.get(1).endsWith(",\"kind\":\"removal\"}"), lines.get(1));
    }

    @Test
    void history_ofBytesThatAreNoText_escapesThem() {
        try (KvStore store = KvStore.open(parent.resolve("store"))) {
            store.set("key".getBytes(StandardCharsets.UTF_8), new byte[] {(byte) 0xC3, 'a', -1});
        }
        String line = session.doneText("history", "key");
        assertTrue(line.endsWith("\tvalue\t\\xc3a\\xff\n"), line);
        line = session.doneText("history", "key", "--json");
        assertTrue(line.endsWith("\"value64\":\"w2H/\"}\n"), line);
    }

    @Test
    void history_ofAKeyOfWhichNothingIsLeft_findsNothing() {
        session.done("set", "key", "value");
        assertEquals("Key not found", session.failedSilently(1, "history", "other"));
        session.done("rm", "key");
        assertEquals(2, session.doneText("history", "key").lines().count());
        session.done("compact");
        assertEquals("Key not found", session.failedSilently(1, "history", "key"));
    }

    /// Else a look at the history would be what destroys it.
    @Test
    void history_ofAStoreInWhichMuchIsStale_doesNotCompactIt() {
        try (KvStore store =
                KvStore.open(
                        parent.resolve("store"),
                        KvsOptions.defaults().withAutomaticCompaction(false))) {
            for (int i = 0; i < 60; i++) {
                store.set("key", "x".repeat(60_000) + i);
            }
        }
        for (int i = 0; i < 3; i++) {
            assertEquals(60, session.doneText("history", "key").lines().count());
        }
    }

    @Test
    void history_ofInvalidKeyOrWithoutStore_fails() {
        assertEquals("kvs: invalid key: it is empty", session.failedSilently(2, "history", ""));
        assertEquals(
                "kvs: there is no store in " + parent.resolve("store"),
                session.failedSilently(3, "history", "key"));
    }
}
