package io.kvs.protocol.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kvs.protocol.Delivery;
import io.kvs.protocol.InputBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever a client of Redis may send. What the fuzzer finds becomes a file of the test's
/// resources, which every build tries again.
final class RespParserFuzzTest {
    /// So small that short inputs reach them.
    private static final RespLimits LIMITS = new RespLimits(12, 40, 160);

    private static final RespLimits LARGE = RespLimits.ofValues(1 << 20);

    /// What was read of some bytes: the requests, and what was wrong behind them.
    private record Heard(List<List<String>> requests, @Nullable String problem) {}

    static Stream<byte[]> seeds() {
        return Stream.of(
                        "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nv\r\n\0v\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n",
                        "PING\r\n\r\n  set k \"a\\x41\\n\\\"b\" 'c\\'d'\n*0\r\n*-1\r\n*1\r\n$0\r\n\r\n",
                        "*12\r\n" + "$1\r\na\r\n".repeat(12) + "*13\r\n",
                        "*1\r\n$40\r\n" + "x".repeat(40) + "\r\n*1\r\n$41\r\n",
                        "*2\r\n$999999999999999999\r\n",
                        "*2147483647\r\n",
                        "*01\r\n",
                        "*1\r\n$-1\r\n",
                        "*1\r\n:1\r\n",
                        "get \"k\r\n",
                        "a b c d e f g h i j k\r\n")
                .map(text -> text.getBytes(ISO_8859_1));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "30s")
    void next_anyBytes_readsTheSameOfAnyPieces(byte[] bytes) {
        for (boolean authenticated : List.of(true, false)) {
            Heard heard = hear(bytes, LIMITS, authenticated, Delivery.AT_ONCE);
            assertEquals(heard, hear(bytes, LIMITS, authenticated, Delivery.BYTE_BY_BYTE));
            assertEquals(heard, hear(bytes, LIMITS, authenticated, Delivery.ANYHOW));
            assertEquals(
                    new Heard(heard.requests, null),
                    hear(encoded(heard.requests), LARGE, true, Delivery.ANYHOW));
        }
    }

    private static Heard hear(
            byte[] bytes, RespLimits limits, boolean authenticated, Delivery delivery) {
        RespParser parser = new RespParser(limits);
        parser.authenticated(authenticated);
        List<List<String>> requests = new ArrayList<>();
        String[] problem = {null};
        delivery.bring(
                bytes,
                in -> {
                    try {
                        readAll(parser, in, requests);
                        assertTrue(
                                in.size() <= limits.requestBytesMax() + RespLimits.LINE_BYTES_MAX,
                                () -> in.size() + " bytes are no request yet");
                        return true;
                    } catch (RespException e) {
                        problem[0] = e.getMessage();
                        return false;
                    }
                });
        return new Heard(requests, problem[0]);
    }

    private static void readAll(RespParser parser, InputBuffer in, List<List<String>> requests)
            throws RespException {
        while (parser.next(in)) {
            Arguments arguments = parser.arguments();
            List<String> request = new ArrayList<>();
            for (int i = 0; i < arguments.count(); i++) {
                request.add(new String(arguments.bytes(i), ISO_8859_1));
            }
            requests.add(request);
        }
    }

    private static byte[] encoded(List<List<String>> requests) {
        StringBuilder text = new StringBuilder();
        for (List<String> request : requests) {
            text.append('*').append(request.size()).append("\r\n");
            for (String argument : request) {
                text.append('$').append(argument.length()).append("\r\n");
                text.append(argument).append("\r\n");
            }
        }
        return text.toString().getBytes(ISO_8859_1);
    }
}
