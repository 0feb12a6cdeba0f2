package io.kvs.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.KvStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScanCommandTest {
    @TempDir private Path parent;
    private Session session;

    @BeforeEach
    void start() {
        session = new Session(parent.resolve("store"));
    }

    private void fill() {
        session.reading("b2\t5\na\t1\nb\t2 \t3\nc\t\nb1\t4\né\t6\n").done("import");
    }

    @ParameterizedTest
    @CsvSource({
        "'', a b b1 b2 c é",
        "--prefix=, a b b1 b2 c é",
        "--prefix=b, b b1 b2",
        "--prefix b, b b1 b2",
        "--prefix=é, é",
        "--prefix=x, ''",
        "--from=b1, b1 b2 c é",
        "--to=b1, a b",
        "--to=, ''",
        "--from=b --to=c, b b1 b2",
        "--from=c --to=b, ''",
        "--prefix=b --from=b1, b1 b2",
        "--prefix=b --to=b1, b",
        "--limit=2, a b",
        "--limit=0, ''",
        "--limit 100, a b b1 b2 c é",
        "--reverse, é c b2 b1 b a",
        "--reverse --limit=2, é c",
        "--reverse --prefix=b --limit=1, b2",
        "--reverse --from=b --to=c, b2 b1 b"
    })
    void scan_ofARange_printsItsKeysInOrder(String options, String expected) {
        fill();
        String[] keys = expected.isEmpty() ? new String[0] : expected.split(" ");
        StringBuilder lines = new StringBuilder();
        for (String key : keys) {
            lines.append(key).append('\n');
        }
        String command = ("scan --keys " + options).strip();
        assertEquals(lines.toString(), session.doneText(command.split(" ")));
        String counting = ("scan --count " + options).strip();
        assertEquals(keys.length + "\n", session.doneText(counting.split(" ")));
    }

    @Test
    void scan_printsKeyTabValue() {
        fill();
        assertEquals("b\t2 \t3\nb1\t4\n", session.doneText("scan", "--prefix", "b", "--to", "b2"));
        assertEquals("c\t\n", session.doneText("scan", "--prefix=c"));
    }

    @Test
    void scanAsJson_printsAnObjectALine() {
        fill();
        assertEquals(
                """
                {"key":"b","value":"2 \\t3"}
                {"key":"b1","value":"4"}
                """,
                session.doneText("scan", "--json", "--prefix=b", "--limit=2"));
        assertEquals("{\"key\":\"é\"}\n", session.doneText("scan", "--json", "--keys", "--from=é"));
        assertEquals("{\"count\":6}\n", session.doneText("scan", "--json", "--count"));
        assertEquals("", session.doneText("scan", "--json", "--prefix=x"));
    }

    @Test
    void scanAsJson_ofAnyBytes_isTheExport() {
        try (KvStore store = KvStore.open(parent.resolve("store"))) {
            for (int i = 0; i < 256; i++) {
                store.set(new byte[] {(byte) i}, new byte[] {(byte) (255 - i), 'x'});
                store.set(new byte[] {'x', (byte) i}, new byte[] {(byte) i});
            }
        }
        byte[] exported = session.done("export");
        assertArrayEquals(exported, session.done("scan", "--json"));
        Session copy = new Session(parent.resolve("copy"));
        assertEquals("imported 512 entries\n", copy.reading(exported).doneText("import"));
    }

    @Test
    void scan_ofWhatALineCannotHold_namesItAndTheRemedy() {
        session.done("set", "a", "1\n2");
        assertEquals(
                "kvs: cannot print the key 'a': the value holds a line feed; use --json",
                session.failed(3, "scan"));
        assertEquals("a\n", session.doneText("scan", "--keys"));
        session.done("rm", "a");
        session.done("set", "a\tb", "1");
        assertEquals(
                "kvs: cannot print the key 'a?b': the key holds a TAB or a line feed; use --json",
                session.failed(3, "scan"));
        assertEquals("a\tb\n", session.doneText("scan", "--keys"));
        session.done("set", "a\nb", "1");
        assertEquals(
                "kvs: cannot print the key 'a\\nb': the key holds a line feed; use --json",
                session.failed(3, "scan", "--keys"));
        assertEquals("2\n", session.doneText("scan", "--count"));
        assertEquals(
                "{\"key\":\"a\\tb\"}\n{\"key\":\"a\\nb\"}\n",
                session.doneText("scan", "--keys", "--json"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"scan", "scan --json", "scan --keys", "scan --count", "history key"})
    void anyListing_withFullOutput_fails(String command) {
        session.done("set", "key", "value");
        session.writingTo(new FullDisk());
        assertEquals(
                "kvs: cannot write the output: No space left on device",
                session.failed(3, command.split(" ")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"scan", "scan --json", "history key", "history key --json"})
    void anyListing_whoseReaderGoesAway_endsQuietly(String command) {
        session.done("set", "key", "x".repeat(200_000));
        session.writingTo(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                });
        assertEquals(0, session.run(command.split(" ")), session.errors());
        assertEquals("", session.errors());
    }

    @Test
    void scan_ofDamagedEntry_namesFileAndOffset() throws IOException {
        session.done("set", "key", "x".repeat(500));
        Path segment = parent.resolve("store").resolve("0000000001.log");
        byte[] bytes = Files.readAllBytes(segment);
        bytes[300] ^= 1;
        Files.write(segment, bytes);
        for (String command : new String[] {"scan", "history key"}) {
            String line = session.failedSilently(3, command.split(" "));
            assertTrue(
                    line.startsWith("kvs: corrupt data in " + segment + " at offset 64: "), line);
        }
    }
}
