package io.kvs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.KvStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyCommandTest {
    @TempDir private Path parent;
    private Path directory;
    private Session session;

    @BeforeEach
    void start() {
        directory = parent.resolve("store");
        session = new Session(directory);
    }

    @Test
    void set_thenGet_printsValueAndNewline() {
        assertEquals("", session.doneText("set", "key", "value"));
        assertEquals("value\n", session.doneText("get", "key"));
    }

    @Test
    void set_again_replaces() {
        session.done("set", "key", "value");
        session.done("set", "key", "other");
        session.done("set", "key", "other");
        assertEquals("other\n", session.doneText("get", "key"));
    }

    @Test
    void set_emptyValue_isAValue() {
        session.done("set", "key", "");
        assertEquals("\n", session.doneText("get", "key"));
    }

    @Test
    void set_textOfAnyLanguage_isKept() {
        session.done("set", "ключ \u65e5", "žluťoučký 🐎\nzwei");
        assertEquals("žluťoučký 🐎\nzwei\n", session.doneText("get", "ключ \u65e5"));
    }

    @Test
    void set_largeValue_goesThroughTheWholeStore() {
        String value = "x".repeat(100_000);
        session.done("set", "key", "small");
        session.done("set", "key", value);
        assertEquals(value + "\n", session.doneText("get", "key"));
    }

    @Test
    void get_ofMissingKey_saysSoAndNothingElse() {
        session.done("set", "key", "value");
        assertEquals("Key not found", session.failedSilently(1, "get", "other"));
    }

    @Test
    void rm_removes() {
        session.done("set", "key", "value");
        assertEquals("", session.doneText("rm", "key"));
        assertEquals("Key not found", session.failedSilently(1, "get", "key"));
        assertEquals("Key not found", session.failedSilently(1, "rm", "key"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1s", "90m", "24h", "36525d"})
    void set_withTimeToLive_livesForSoLong(String text) {
        Instant before = Instant.now();
        session.done("set", "key", "value", "--ttl", text);
        session.done("set", "--ttl=" + text, "other", "value");
        Duration time = Objects.requireNonNull(TimeToLiveOption.parse(text));
        try (KvStore store = KvStore.open(directory)) {
            if (!text.equals("1s")) {
                Instant expiry = store.expiry("key").orElseThrow();
                assertFalse(expiry.isBefore(before.plus(time).truncatedTo(ChronoUnit.MILLIS)));
                assertFalse(expiry.isAfter(Instant.now().plus(time).plusMillis(1)));
                assertTrue(store.expiry("other").isPresent());
            }
        }
    }

    @Test
    void get_expired_isNotFound() {
        session.done("set", "key", "value");
        try (KvStore store = KvStore.open(directory)) {
            store.set("key", "value", Duration.ofNanos(1));
            store.set("later", "value", Duration.ofDays(1));
        }
        Instant expired = Instant.now().plusMillis(2);
        while (Instant.now().isBefore(expired)) {
            Thread.onSpinWait();
        }
        assertEquals("Key not found", session.failedSilently(1, "get", "key"));
        assertEquals("Key not found", session.failedSilently(1, "rm", "key"));
        assertEquals("value\n", session.doneText("get", "later"));
        session.done("set", "later", "value");
        try (KvStore store = KvStore.open(directory)) {
            assertEquals(Optional.empty(), store.expiry("later"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "5", "m", "0s", "-1s", "5w", "1.5h", "5 m", "36526d", "99999999999s"})
    void set_withNoTime_isRefused(String text) {
        String line = session.failedSilently(2, "set", "key", "value", "--ttl", text);
        assertTrue(line.contains("ttl"), line);
        session.failedSilently(2, "get", "key", "--ttl", "5m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "rm"})
    void getAndRm_withoutStore_findNothingAndMakeNothing(String name) throws IOException {
        assertEquals("Key not found", session.failedSilently(1, name, "key"));
        assertFalse(Files.exists(directory));
        Files.createDirectory(directory);
        assertEquals("Key not found", session.failedSilently(1, name, "key"));
        try (var files = Files.list(directory)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void set_withoutParentDirectory_fails() {
        String lost = parent.resolve("no").resolve("where").toString();
        String line = session.failedSilently(3, "set", "--data-dir", lost, "key", "value");
        assertEquals("kvs: cannot create " + lost + ": its parent directory does not exist", line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "rm", "set"})
    void anyCommand_withAFileForTheDirectory_fails(String name) throws IOException {
        Files.createFile(directory);
        String line =
                name.equals("set")
                        ? session.failedSilently(3, name, "key", "value")
                        : session.failedSilently(3, name, "key");
        assertTrue(line.contains("is a file, not a directory"), line);
    }

    @Test
    void get_ofWhatTheLibraryHasWritten_findsIt() {
        try (KvStore store = KvStore.open(directory)) {
            store.set("key", "of the library");
        }
        assertEquals("of the library\n", session.doneText("get", "key"));
        session.done("set", "key", "of the command");
        try (KvStore store = KvStore.open(directory)) {
            assertEquals(Optional.of("of the command"), store.get("key"));
        }
    }

    @Test
    void anyCommand_besideAnOwner_namesIt() {
        try (KvStore _ = KvStore.open(directory)) {
            String line = session.failedSilently(3, "get", "key");
            assertEquals(
                    "kvs: " + directory + " is in use by process " + ProcessHandle.current().pid(),
                    line);
            session.failedSilently(3, "set", "key", "value");
            session.failedSilently(3, "rm", "key");
            assertEquals(line, session.failedSilently(3, "set", "--if-absent", "key", "value"));
            assertEquals(line, session.failedSilently(3, "scan"));
            assertEquals(line, session.failedSilently(3, "history", "key"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--data-dir|DIR|get|key",
        "--data-dir=DIR|get|key",
        "get|--data-dir|DIR|key",
        "get|key|--data-dir|DIR",
        "get|--data-dir=DIR|--|key",
        "get|key|--data-dir=DIR|--"
    })
    void dataDir_isTakenAnywhere(String commandLine) {
        session.done("set", "key", "value");
        Session other = new Session(parent.resolve("unused"));
        String[] arguments = commandLine.replace("DIR", directory.toString()).split("\\|");
        assertEquals("value\n", other.doneText(arguments));
    }

    @Test
    void dataDir_thatIsEmptyInTheEnvironment_isDataInTheCurrentDirectory() {
        assertEquals("data", KeyCommand.defaultDirectory(session.with("KVS_DATA_DIR", "")));
    }

    @Test
    void operands_behindTwoDashes_mayBeginWithADash() {
        session.done("set", "--", "-key", "--value");
        assertEquals("--value\n", session.doneText("get", "--", "-key"));
        session.done("set", "--", "--", "-h");
        assertEquals("-h\n", session.doneText("get", "--", "--"));
        session.done("rm", "--", "--");
    }

    @Test
    void operands_thatAreASingleDashOrBeginWithAt_areOperands() {
        session.done("set", "-", "@file");
        assertEquals("@file\n", session.doneText("get", "-"));
        session.done("set", "@file", "-");
        assertEquals("-\n", session.doneText("get", "@file"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "get",
                "set|key",
                "rm",
                "get|key|more",
                "set|key|value|more",
                "frobnicate|key",
                "get|--frob|key",
                "get|-x",
                "get|-5",
                "--frob|get|key",
                "get|key|--data-dir",
                "get|key|--data-dir=",
                "--data-dir=a|get|key|--data-dir=b",
                "--|get|key",
                "get|key|--durability=sync",
                "set|key|value|--durability=never",
                "set|key|value|--durability",
                "set|--if-absent|key",
                "set|--if-absent|key|value|more",
                "set|--if-absent|--if-absent|key|value",
                "set|--if-absent|key|-value",
                "set|--if-absent=maybe|key|value",
                "get|--if-absent|key",
                "scan|operand",
                "scan|--limit",
                "scan|--limit=-1",
                "scan|--limit=many",
                "scan|--prefix=a|--prefix=b",
                "scan|--keys|--frob",
                "history",
                "history|a|b",
                "history|-x",
                "import|--format=xml",
                "import|a|b",
                "stats|key",
                "help|frobnicate"
            })
    void wrongUsage_isOneLineAndExitCodeTwo(String commandLine) {
        String[] arguments = commandLine.isEmpty() ? new String[0] : commandLine.split("\\|", -1);
        String line = session.failedSilently(2, arguments);
        assertTrue(line.startsWith("kvs: "), line);
        assertTrue(line.endsWith("; see kvs --help"), line);
        assertFalse(Files.exists(directory));
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "rm", "set"})
    void emptyOrLongKey_isWrongUsage(String name) {
        session.done("set", "key", "value");
        String[] longKey = {name, "x".repeat(65_537), "value"};
        String[] emptyKey = {name, "", "value"};
        int length = name.equals("set") ? 3 : 2;
        String line = session.failedSilently(2, java.util.Arrays.copyOf(emptyKey, length));
        assertEquals("kvs: invalid key: it is empty", line);
        line = session.failedSilently(2, java.util.Arrays.copyOf(longKey, length));
        assertEquals("kvs: invalid key: it has 65537 bytes, the limit is 65536", line);
    }

    @Test
    void durability_bothWords_work() {
        session.done("set", "--durability", "sync", "a", "1");
        session.done("set", "--durability=process", "b", "2");
        session.done("rm", "a", "--durability", "process");
        assertEquals("2\n", session.doneText("get", "b"));
    }

    @Test
    void setIfAbsent_ofMissingKey_stores() {
        assertEquals("", session.doneText("set", "key", "value", "--if-absent"));
        assertEquals("value\n", session.doneText("get", "key"));
        session.done("rm", "key");
        assertEquals("", session.doneText("set", "--if-absent", "key", "again"));
        assertEquals("again\n", session.doneText("get", "key"));
        session.done("set", "--if-absent", "--durability=process", "--", "-key", "-5");
        assertEquals("-5\n", session.doneText("get", "--", "-key"));
        session.done("set", "--if-absent", "ключ 🐎", "");
        assertEquals("\n", session.doneText("get", "ключ 🐎"));
    }

    @Test
    void setIfAbsent_withTimeToLive_isALease() {
        session.done("set", "--if-absent", "--ttl", "5m", "key", "value");
        assertEquals(
                "Key exists",
                session.failedSilently(1, "set", "--if-absent", "--ttl=5m", "key", "other"));
        session.failedSilently(2, "set", "--if-absent", "--ttl=5", "other", "value");
        try (KvStore store = KvStore.open(directory)) {
            assertTrue(store.expiry("key").isPresent());
            assertEquals(Optional.empty(), store.get("other"));
        }
    }

    @Test
    void setIfAbsent_ofPresentKey_saysSoAndWritesNothing() {
        session.done("set", "key", "value");
        assertEquals("Key exists", session.failedSilently(1, "set", "--if-absent", "key", "other"));
        assertEquals("Key exists", session.failedSilently(1, "set", "--if-absent", "key", "value"));
        assertEquals("value\n", session.doneText("get", "key"));
        assertEquals(1, session.doneText("history", "key").lines().count());
    }

    @Test
    void setIfAbsent_ofInvalidKey_isWrongUsageAndMakesNothing() {
        String[] command = {"set", "--if-absent", "", "value"};
        assertEquals("kvs: invalid key: it is empty", session.failedSilently(2, command));
        assertFalse(Files.exists(directory));
    }

    @Test
    void get_withFullOutput_fails() {
        session.done("set", "key", "value");
        session.writingTo(new FullDisk());
        assertEquals(
                "kvs: cannot write the output: No space left on device",
                session.failed(3, "get", "key"));
    }

    @Test
    void get_ofDamagedStore_namesFileAndOffset() throws IOException {
        session.done("set", "key", "x".repeat(500));
        Path segment = directory.resolve("0000000001.log");
        byte[] bytes = Files.readAllBytes(segment);
        bytes[300] ^= 1;
        Files.write(segment, bytes);
        String line = session.failedSilently(3, "get", "key");
        assertEquals(
                "kvs: corrupt data in " + segment + " at offset 64: ",
                line.substring(0, line.lastIndexOf(": ") + 2));
    }

    @Test
    void set_overAndOver_keepsTheStoreSmall() throws IOException {
        session.done("set", "other", "value");
        for (int i = 0; i < 300; i++) {
            session.done("set", "key", "x".repeat(60_000) + i);
        }
        long bytes = 0;
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
        }
        assertTrue(bytes < 8 << 20, "18 MB were written, there are " + bytes);
        assertEquals("value\n", session.doneText("get", "other"));
    }
}
