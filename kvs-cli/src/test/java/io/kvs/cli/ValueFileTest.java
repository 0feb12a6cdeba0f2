package io.kvs.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.KvStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `set --file` and `get -o`.
class ValueFileTest {
    @TempDir private Path parent;
    private Session session;

    @BeforeEach
    void start() {
        session = new Session(parent.resolve("store"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100_000, 3_000_000})
    void set_file_isGivenBackByteForByte(int length) throws IOException {
        byte[] value = value(length);
        Path in = Files.write(parent.resolve("in"), value);
        Path out = parent.resolve("out");

        assertEquals("", session.doneText("set", "key", "--file", in.toString()));
        assertEquals("", session.doneText("get", "key", "-o", out.toString()));

        assertArrayEquals(value, Files.readAllBytes(out));
        assertArrayEquals(value, session.done("get", "-o", "-", "key"));
        byte[] line = session.done("get", "key");
        assertEquals(length + 1, line.length);
        assertEquals('\n', line[length]);
    }

    @Test
    void set_standardInput_isStored() {
        byte[] value = value(2_000_000);
        session.reading(value).done("set", "key", "--file=-");

        assertArrayEquals(value, session.done("get", "key", "--output=-"));
    }

    @Test
    void set_fileWithTimeToLive_expires() {
        byte[] value = value(2_000_000);
        session.reading(value).done("set", "key", "--file", "-", "--ttl", "1h");

        assertArrayEquals(value, session.done("get", "key", "-o", "-"));
        try (KvStore store = KvStore.open(parent.resolve("store"))) {
            Instant expiry = store.expiry("key".getBytes(StandardCharsets.UTF_8)).orElseThrow();
            assertTrue(expiry.isAfter(Instant.now().plusSeconds(3_000)), expiry.toString());
            assertTrue(expiry.isBefore(Instant.now().plusSeconds(3_600)), expiry.toString());
        }
    }

    @Test
    void get_overAnExistingFile_replacesIt() throws IOException {
        Path out = Files.writeString(parent.resolve("out"), "much longer than the value");
        session.done("set", "key", "value");

        session.done("get", "key", "-o", out.toString());

        assertEquals("value", Files.readString(out));
        assertFiles("out", "store");
    }

    @Test
    void get_missingKey_leavesNoFile() throws IOException {
        session.done("set", "other", "value");
        Path out = parent.resolve("out");

        assertEquals("Key not found", session.failedSilently(1, "get", "key", "-o", out + ""));

        assertFalse(Files.exists(out));
        assertFiles("store");
    }

    @Test
    void set_missingFile_saysSoAndChangesNothing() {
        session.done("set", "key", "before");
        String missing = parent.resolve("missing").toString();

        String line = session.failedSilently(ExitCode.FAILED, "set", "key", "--file", missing);

        assertTrue(line.contains(missing), line);
        assertEquals("before\n", session.doneText("get", "key"));
    }

    @Test
    void get_intoAMissingDirectory_saysSo() {
        session.done("set", "key", "value");
        String target = parent.resolve("missing/out").toString();

        String line = session.failedSilently(ExitCode.FAILED, "get", "key", "-o", target);

        assertTrue(line.contains(target), line);
    }

    @Test
    void set_valueAndFile_isWrongUsage() {
        session.failedSilently(ExitCode.WRONG_USAGE, "set", "key", "value", "--file", "in");
        session.failedSilently(ExitCode.WRONG_USAGE, "set", "key", "--file", "in", "--if-absent");
        session.failedSilently(ExitCode.WRONG_USAGE, "set", "key", "--if-absent");
        session.failedSilently(ExitCode.WRONG_USAGE, "set", "key");
    }

    private void assertFiles(String... names) throws IOException {
        try (Stream<Path> files = Files.list(parent)) {
            assertArrayEquals(
                    names,
                    files.map(file -> String.valueOf(file.getFileName())).sorted().toArray());
        }
    }

    private static byte[] value(int length) {
        byte[] value = new byte[length];
        new SplittableRandom(length).nextBytes(value);
        return value;
    }
}
