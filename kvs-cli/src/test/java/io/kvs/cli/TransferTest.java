package io.kvs.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.Cursor;
import io.kvs.KvStore;
import io.kvs.Scan;
import io.kvs.TimeToLive;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `import` and `export`.
class TransferTest {
    @TempDir private Path parent;
    private Path directory;
    private Session session;

    @BeforeEach
    void start() {
        directory = parent.resolve("store");
        session = new Session(directory);
    }

    @Test
    void import_ofTsv_takesEveryByteForItself() {
        session.reading("a\t1\nb\\t\tback\\slash\t and tab \r\n{c}\t{\"x\":1}\n\"\t\nlast\tline");
        assertEquals("imported 5 entries\n", session.doneText("import"));
        assertEquals("1\n", session.doneText("get", "a"));
        assertEquals("back\\slash\t and tab \r\n", session.doneText("get", "b\\t"));
        assertEquals("{\"x\":1}\n", session.doneText("get", "{c}"));
        assertEquals("\n", session.doneText("get", "\""));
        assertEquals("line\n", session.doneText("get", "last"));
    }

    @Test
    void import_ofJson_takesTextAndBase64() {
        session.reading(
                """
                {"key":"a\\tb","value":"\\u00e9\\n"}
                { "value64" : "AP8=", "key" : "bytes" }
                {"key64":"Yw==","value":""}
                """);
        assertEquals("imported 3 entries\n", session.doneText("import", "-"));
        assertEquals("é\n\n", session.doneText("get", "a\tb"));
        assertArrayEquals(new byte[] {0, -1, '\n'}, session.done("get", "bytes"));
        assertEquals("\n", session.doneText("get", "c"));
    }

    @Test
    void import_fromFile_reads() throws IOException {
        Path file = parent.resolve("entries");
        Files.writeString(file, "a\t1\n");
        assertEquals("imported 1 entry\n", session.doneText("import", file.toString()));
        assertEquals("1\n", session.doneText("get", "a"));
        String line = session.failedSilently(3, "import", parent.resolve("none").toString());
        assertEquals(
                "kvs: cannot read "
                        + parent.resolve("none")
                        + ": "
                        + parent.resolve("none")
                        + ": no such file or directory",
                line);
    }

    @Test
    void import_ofNothing_importsNothing() {
        assertEquals("imported 0 entries\n", session.reading("").doneText("import"));
    }

    @Test
    void import_ofSameKeyTwice_keepsTheLast() {
        session.reading("a\t1\na\t2\n");
        assertEquals("imported 2 entries\n", session.doneText("import"));
        assertEquals("2\n", session.doneText("get", "a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no tab|no TAB between key and value",
                "|no TAB between key and value",
                "\tempty key|invalid key: it is empty"
            })
    void import_ofBadTsv_namesTheLineAndKeepsWhatIsBefore(String example) {
        String[] parts = example.split("\\|", -1);
        session.reading("a\t1\nb\t2\n" + parts[0] + "\nc\t3\n");
        assertEquals(
                "kvs: standard input, line 3: " + parts[1] + "; imported 2 entries before",
                session.failedSilently(3, "import"));
        assertEquals("2\n", session.doneText("get", "b"));
        session.failedSilently(1, "get", "c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"key\":\"b\"}|the JSON object has no value",
                "{\"value\":\"b\"}|the JSON object has no key",
                "{\"key\":\"b\",\"value\":1}|the value is not a JSON string",
                "{\"key\":\"b\",\"value\":\"c\",\"x\":\"\"}|unknown field 'x' in the JSON object",
                "{\"key\":\"b\",\"key64\":\"\",\"value\":\"\"}|the JSON object has two of key",
                "{\"key\":\"b\",\"value64\":\"?\"}|the value64 is not Base64",
                "{\"key\":\"\\ud800\",\"value\":\"\"}|the key holds half of a surrogate pair",
                "{\"key\":\"b\",\"value\":\"\"} x|not valid JSON: ",
                "{\"key\":\"b\",\"value\":\"\"} {}|something follows the JSON object",
                "{\"key\":\"b\"|not valid JSON: ",
                "{\"key\":\"b\",\"value\":\"\",\"expiry\":1}|the expiry is not a JSON string",
                "{\"key\":\"b\",\"value\":\"\",\"expiry\":\"5m\"}|the expiry is not a time like 2030-",
                "[1]|not a JSON object",
                "b\tc|not valid JSON: "
            })
    void import_ofBadJson_namesTheLine(String example) {
        int end = example.lastIndexOf('|');
        session.reading("{\"key\":\"a\",\"value\":\"1\"}\n" + example.substring(0, end) + "\n");
        String line = session.failedSilently(3, "import");
        assertTrue(
                line.startsWith("kvs: standard input, line 2: " + example.substring(end + 1)),
                line);
        assertTrue(line.endsWith("; imported 1 entry before"), line);
    }

    @Test
    void import_thatMightBeBoth_asks() {
        session.reading("{\"key\":\"a\",\t\"value\":\"1\"}\n");
        String line = session.failedSilently(3, "import");
        assertTrue(line.contains("say which with --format"), line);
        session.done("import", "--format", "json");
        assertEquals("1\n", session.doneText("get", "a"));
        session.done("import", "--format", "tsv");
        assertEquals("\"value\":\"1\"}\n", session.doneText("get", "{\"key\":\"a\","));
    }

    @Test
    void import_ofManyLines_storesThemAll() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            lines.append("key").append(i).append('\t').append("v".repeat(i % 200)).append('\n');
        }
        session.reading(lines.toString());
        assertEquals("imported 20000 entries\n", session.doneText("import"));
        try (KvStore store = KvStore.open(directory)) {
            assertEquals(20_000, store.size());
        }
        assertEquals("v".repeat(199) + "\n", session.doneText("get", "key19999"));
    }

    @Test
    void import_ofLargeValue_storesIt() {
        String value = "x".repeat(3 << 20);
        session.reading("a\t1\nlarge\t" + value + "\nb\t2\n");
        session.done("import");
        assertEquals(value + "\n", session.doneText("get", "large"));
        assertEquals("2\n", session.doneText("get", "b"));
    }

    @Test
    void export_ofAnyBytes_isReadByImport() {
        SplittableRandom random = new SplittableRandom(5);
        Path copy = parent.resolve("copy");
        try (KvStore store = KvStore.open(directory)) {
            for (int i = 0; i < 256; i++) {
                store.set(new byte[] {(byte) i}, new byte[] {(byte) i, (byte) (255 - i)});
            }
            for (int i = 0; i < 500; i++) {
                byte[] key = new byte[1 + random.nextInt(20)];
                byte[] value = new byte[random.nextInt(40)];
                random.nextBytes(key);
                random.nextBytes(value);
                store.set(key, value);
            }
            store.set("text \u2028 \u007f \t\n\r\\\" é 🐎", "{\"key\":\"\"}");
        }
        byte[] exported = session.done("export");
        new Session(copy).reading(exported).done("import");
        try (KvStore store = KvStore.open(directory);
                KvStore other = KvStore.open(copy)) {
            assertEquals(store.size(), other.size());
            try (Cursor entries = store.scan(Scan.all())) {
                while (entries.next()) {
                    assertArrayEquals(entries.value(), other.get(entries.key()).orElseThrow());
                }
            }
        }
    }

    @Test
    void export_ofValuesThatExpire_tellsImportWhen() {
        session.done("set", "forever", "1");
        session.done("set", "--ttl=2h", "key", "2");
        session.done("set", "absent", "3");
        String lines = session.doneText("export");
        String pattern =
                """
                \\{"key":"absent","value":"3"}
                \\{"key":"forever","value":"1"}
                \\{"key":"key","value":"2","expiry":"20[^"]+Z"}
                """;
        assertTrue(lines.matches(pattern), lines);
        assertEquals(lines, session.doneText("scan", "--json"));
        Session other = new Session(parent.resolve("other"));
        other.done("set", "absent", "older");
        String expired =
                "{\"key\":\"absent\",\"expiry\":\"2020-01-01T00:00:00Z\",\"value\":\"\"}\n";
        assertEquals("imported 4 entries\n", other.reading(lines + expired).doneText("import"));
        Instant expiry;
        try (KvStore store = KvStore.open(directory)) {
            expiry = store.expiry("key").orElseThrow();
        }
        try (KvStore store = KvStore.open(parent.resolve("other"))) {
            Duration drift = Duration.between(expiry, store.expiry("key").orElseThrow());
            assertTrue(drift.abs().compareTo(Duration.ofMinutes(1)) < 0, drift.toString());
            assertEquals(Optional.empty(), store.expiry("forever"));
            assertEquals(Optional.empty(), store.get("absent"));
        }
    }

    @Test
    void import_ofATimeInFarFuture_livesAsLongAsPossible() {
        session.reading("{\"key\":\"key\",\"value\":\"1\",\"expiry\":\"+100000-01-01T00:00:00Z\"}");
        session.done("import");
        try (KvStore store = KvStore.open(directory)) {
            Instant latest = Instant.now().plus(TimeToLive.MAX);
            assertFalse(store.expiry("key").orElseThrow().isAfter(latest));
        }
    }

    @Test
    void exportAsTsv_isReadByImport() {
        session.done("set", "a b", "1\t2\\n");
        assertEquals("a b\t1\t2\\n\n", session.doneText("export", "--format", "tsv"));
    }

    @Test
    void exportAsTsv_ofWhatItCannotHold_names() {
        session.done("set", "a", "1\n2");
        assertEquals(
                "kvs: cannot print the key 'a': the value holds a line feed; use --format json",
                session.failed(3, "export", "--format", "tsv"));
        session.done("rm", "a");
        session.done("set", "a\tb", "1");
        assertEquals(
                "kvs: cannot print the key 'a?b': the key holds a TAB or a line feed; use --format"
                        + " json",
                session.failed(3, "export", "--format", "tsv"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "tsv"})
    void export_withFullOutput_fails(String format) {
        session.done("set", "key", "value");
        session.writingTo(new FullDisk());
        assertEquals(
                "kvs: cannot write the output: No space left on device",
                session.failed(3, "export", "--format", format));
    }

    @Test
    void export_leavesOutputOpen() {
        session.done("set", "key", "value");
        boolean[] closed = new boolean[1];
        session.writingTo(
                new ByteArrayOutputStream() {
                    @Override
                    public void close() {
                        closed[0] = true;
                    }
                });
        session.done("export");
        assertFalse(closed[0]);
    }

    @Test
    void exportAndCompact_withoutStore_failAndMakeNothing() {
        for (String name : new String[] {"export", "compact", "stats", "verify", "scan"}) {
            assertEquals("kvs: there is no store in " + directory, session.failedSilently(3, name));
        }
        assertFalse(Files.exists(directory));
    }

    @Test
    void progress_isShownToWhoeverIsWatching_andGoneInTheEnd() {
        session.watched().reading("a\t1\n");
        assertEquals(0, session.run("import"));
        String shown = session.errors();
        assertTrue(shown.contains("import"), shown);
        assertTrue(shown.endsWith(" \r"), shown);
        assertFalse(shown.contains("\n"), shown);
    }

    @Test
    void lines_longerThanTheBuffer_areRead() throws IOException {
        String text = "a".repeat(200_000) + "\n\n" + "b".repeat(65_536) + "\nc";
        Lines lines =
                new Lines(new java.io.ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        int[] lengths = {200_000, 0, 65_536, 1};
        for (int i = 0; i < lengths.length; i++) {
            assertTrue(lines.next());
            assertEquals(lengths[i], lines.length());
            assertEquals(i + 1, lines.number());
        }
        assertEquals(text.length(), lines.bytes());
        assertFalse(lines.next());
    }
}
