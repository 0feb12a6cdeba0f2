package io.kvs.server.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class LineLogTest {
    private static final Instant TIME = Instant.parse("2026-11-28T02:00:00.5Z");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void text_anyEvent_isOneLine() {
        ServerLog log = log(false);
        log.event("a \"b\"\nc");
        log.failure("d", new IOException("e\r\nf"));
        String nl = System.lineSeparator();
        assertEquals(
                "2026-11-28T02:00:00.500Z info a \"b\" c"
                        + nl
                        + "2026-11-28T02:00:00.500Z error d: java.io.IOException: e  f"
                        + nl,
                out.toString(UTF_8));
    }

    @Test
    void json_anyEvent_isAnObject() {
        ServerLog log = log(true);
        log.failure("a \"b\"\\\n\u0001", new IOException("c"));
        assertEquals(
                "{\"time\":\"2026-11-28T02:00:00.500Z\",\"level\":\"error\","
                        + "\"message\":\"a \\\"b\\\"\\\\\\u000a\\u0001\","
                        + "\"cause\":\"java.io.IOException: c\"}",
                out.toString(UTF_8).strip());
    }

    private ServerLog log(boolean isJson) {
        return new LineLog(new PrintStream(out, true, UTF_8), isJson, () -> TIME);
    }
}
