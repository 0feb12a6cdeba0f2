package io.kvs.protocol.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.protocol.InputBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RespParserTest {
    private static final RespLimits LIMITS = new RespLimits(100, 1_000, 5_000);

    private final RespParser parser = new RespParser(LIMITS);
    private final InputBuffer in = new InputBuffer(0);

    @Test
    void next_wholeRequest_hasItsArguments() throws RespException {
        assertEquals(
                List.of(List.of("SET", "key", "")),
                parse("*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$0\r\n\r\n"));
        assertTrue(in.isEmpty());
    }

    @Test
    void next_manyRequests_readsOneAfterTheOther() throws RespException {
        String requests = "*1\r\n$4\r\nPING\r\nget a\r\n*2\r\n$3\r\nGET\r\n$1\r\n\n\r\n";
        assertEquals(
                List.of(List.of("PING"), List.of("get", "a"), List.of("GET", "\n")),
                parse(requests));
    }

    @Test
    void next_everySplit_readsTheSame() throws RespException {
        String requests =
                "*2\r\n$3\r\nGET\r\n$12\r\n0123456789\r\n\r\n*0\r\n\r\n  inline \"a\\x41b\"\r\n*1\r\n$4\r\nPING\r\n";
        List<List<String>> whole = parse(requests);
        assertEquals(3, whole.size());
        for (int split = 1; split < requests.length(); split++) {
            List<List<String>> parts = new ArrayList<>(parse(requests.substring(0, split)));
            parts.addAll(parse(requests.substring(split)));
            assertEquals(whole, parts, "split at " + split);
        }
        List<List<String>> bytes = new ArrayList<>();
        for (int i = 0; i < requests.length(); i++) {
            bytes.addAll(parse(requests.substring(i, i + 1)));
        }
        assertEquals(whole, bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*0\r\n", "*-1\r\n", "*-5\r\n", "\r\n", "\n", "   \r\n"})
    void next_emptyRequest_isPassedOver(String request) throws RespException {
        assertEquals(List.of(List.of("PING")), parse(request + "PING\r\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*x~ | invalid multibulk length",
                "*~ | invalid multibulk length",
                "*01~ | invalid multibulk length",
                "*-0~ | invalid multibulk length",
                "*+1~ | invalid multibulk length",
                "*101~ | invalid multibulk length",
                "*2147483647~ | invalid multibulk length",
                "*99999999999999999999~ | invalid multibulk length",
                "*1~$-1~ | invalid bulk length",
                "*1~$1001~ | invalid bulk length",
                "*1~$2147483647~ | invalid bulk length",
                "*1~$9223372036854775808~ | invalid bulk length",
                "*1~$~ | invalid bulk length",
                "*1~$ 1~ | invalid bulk length",
                "*1~PING~ | expected '$', got 'P'",
                "*1~\u007f | expected '$', got '?'",
                "a 'b~ | unbalanced quotes in request",
                "a \"b~ | unbalanced quotes in request",
                "a 'b'c~ | unbalanced quotes in request",
                "a \"b\\~ | unbalanced quotes in request"
            })
    void next_noRequest_saysWhatIsWrong(String request, String problem) {
        RespException refused =
                assertThrows(RespException.class, () -> parse(request.replace("~", "\r\n")));
        assertEquals("Protocol error: " + problem, refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "*, too big mbulk count string",
        "*1~$, too big bulk count string",
        "a, too big inline request"
    })
    void next_lineWithoutEnd_isRefusedAtItsLimit(String start, String problem)
            throws RespException {
        parse(start.replace("~", "\r\n") + "1".repeat(RespLimits.LINE_BYTES_MAX - 1));
        RespException refused = assertThrows(RespException.class, () -> parse("11"));
        assertEquals("Protocol error: " + problem, refused.getMessage());
    }

    /// What is refused must not depend on how much of it has come: a line of 64 KiB was another
    /// error when its end was there.
    @ParameterizedTest
    @CsvSource({
        "*, too big mbulk count string",
        "*1~$, too big bulk count string",
        "a, too big inline request"
    })
    void next_lineOverItsLimit_isRefusedTheSameWithItsEnd(String start, String problem) {
        String line = "1".repeat(RespLimits.LINE_BYTES_MAX) + "\r\n";
        RespException refused =
                assertThrows(RespException.class, () -> parse(start.replace("~", "\r\n") + line));
        assertEquals("Protocol error: " + problem, refused.getMessage());
    }

    @Test
    void next_requestOverItsLimit_isRefusedBeforeItsBytesCome() throws RespException {
        StringBuilder request = new StringBuilder("*6\r\n");
        for (int i = 0; i < 4; i++) {
            request.append("$1000\r\n").append("x".repeat(1_000)).append("\r\n");
        }
        parse(request.toString());
        RespException refused = assertThrows(RespException.class, () -> parse("$1000\r\n"));
        assertEquals("Protocol error: too big request", refused.getMessage());
    }

    @Test
    void next_unauthenticated_takesTinyRequestsOnly() throws RespException {
        RespParser strict = new RespParser(RespLimits.ofValues(1 << 20));
        strict.authenticated(false);
        assertFalse(strict.next(input("*10\r\n$16384\r\n")));
        assertEquals(
                "Protocol error: unauthenticated multibulk length",
                refusal("*11\r\n").getMessage());
        assertEquals(
                "Protocol error: unauthenticated bulk length",
                refusal("*1\r\n$16385\r\n").getMessage());
        assertEquals(
                "Protocol error: unauthenticated multibulk length",
                refusal("a b c d e f g h i j k\r\n").getMessage());
    }

    private static RespException refusal(String request) {
        RespParser strict = new RespParser(RespLimits.ofValues(1 << 20));
        strict.authenticated(false);
        return assertThrows(RespException.class, () -> strict.next(input(request)));
    }

    @Test
    void next_manyArguments_areAllThere() throws RespException {
        StringBuilder request = new StringBuilder("*100\r\n");
        for (int i = 0; i < 100; i++) {
            request.append("$2\r\n").append((char) ('0' + i / 10)).append(i % 10).append("\r\n");
        }
        List<String> arguments = parse(request.toString()).getFirst();
        assertEquals(100, arguments.size());
        assertEquals("99", arguments.getLast());
    }

    @Test
    void split_quotesAndEscapes_areUndone() throws RespException {
        assertEquals(
                List.of(List.of("a", "b c", "'\n\r\t\b\u0007\u00ff\\\"q", "it's \\n", "xy")),
                parse("a \"b c\"\t\"'\\n\\r\\t\\b\\a\\xff\\\\\\\"\\q\" 'it\\'s \\n'  x\"y\"\n")
                        .stream()
                        .toList());
    }

    @Test
    void copy_afterTheNextRequest_isStillThere() throws RespException {
        in.append("get first\r\nget other\r\n".getBytes(ISO_8859_1), 0, 22);
        assertTrue(parser.next(in));
        Arguments copy = parser.arguments().copy();
        in.append("garbage garbage garbage".getBytes(ISO_8859_1), 0, 11);
        assertTrue(parser.next(in));
        assertEquals(List.of("get", "first"), texts(copy));
        assertEquals(List.of("get", "other"), texts(parser.arguments()));
    }

    @Test
    void is_anyCase_isTheWord() {
        Arguments arguments = Arguments.of("sEt", "set1", "[et");
        assertTrue(arguments.is(0, "set"));
        assertFalse(arguments.is(1, "set"));
        assertFalse(arguments.is(2, "{et"));
    }

    private List<List<String>> parse(String bytes) throws RespException {
        in.append(bytes.getBytes(ISO_8859_1), 0, bytes.length());
        List<List<String>> requests = new ArrayList<>();
        while (parser.next(in)) {
            requests.add(texts(parser.arguments()));
        }
        return requests;
    }

    private static List<String> texts(Arguments arguments) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < arguments.count(); i++) {
            texts.add(new String(arguments.bytes(i), ISO_8859_1));
        }
        return texts;
    }

    private static InputBuffer input(String bytes) {
        InputBuffer buffer = new InputBuffer(0);
        buffer.append(bytes.getBytes(ISO_8859_1), 0, bytes.length());
        return buffer;
    }
}
