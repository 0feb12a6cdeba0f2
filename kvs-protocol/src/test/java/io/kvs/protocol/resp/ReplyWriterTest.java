package io.kvs.protocol.resp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kvs.protocol.OutputBuffer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class ReplyWriterTest {

    @Test
    void replies_ofBothVersions_areTheSame() {
        assertBoth("+OK\r\n", ReplyWriter::ok);
        assertBoth("+PONG\r\n", reply -> reply.simple("PONG"));
        assertBoth("-ERR a  b\r\n", reply -> reply.error("ERR a\r\nb"));
        assertBoth(":-12\r\n", reply -> reply.integer(-12));
        assertBoth("$2\r\nä\r\n", reply -> reply.bulk("ä"));
        assertBoth("$0\r\n\r\n", reply -> reply.bulk(new byte[0]));
        assertBoth("$2\r\nbc\r\n", reply -> reply.bulk("abcd".getBytes(UTF_8), 1, 2));
        assertBoth("*3\r\n", reply -> reply.array(3));
    }

    @Test
    void replies_thatVersion2LacksAreWrittenAsRedisDoes() {
        assertReplies("$-1\r\n", "_\r\n", ReplyWriter::nil);
        assertReplies("*-1\r\n", "_\r\n", ReplyWriter::nilArray);
        assertReplies("*4\r\n", "%2\r\n", reply -> reply.map(2));
        assertReplies("*2\r\n", "~2\r\n", reply -> reply.set(2));
        assertReplies("*2\r\n", ">2\r\n", reply -> reply.push(2));
        assertReplies(":1\r\n", "#t\r\n", reply -> reply.bool(true));
        assertReplies(":0\r\n", "#f\r\n", reply -> reply.bool(false));
        assertReplies("$3\r\n1.5\r\n", ",1.5\r\n", reply -> reply.number(1.5));
        assertReplies("$1\r\n3\r\n", ",3\r\n", reply -> reply.number(3));
        assertReplies("$4\r\n-inf\r\n", ",-inf\r\n", reply -> reply.number(-1.0 / 0.0));
        assertReplies("$2\r\nhi\r\n", "=6\r\ntxt:hi\r\n", reply -> reply.verbatim("hi"));
    }

    private static void assertBoth(String expected, Consumer<ReplyWriter> reply) {
        assertReplies(expected, expected, reply);
    }

    private static void assertReplies(
            String expected2, String expected3, Consumer<ReplyWriter> reply) {
        assertEquals(expected2, written(2, reply));
        assertEquals(expected3, written(3, reply));
    }

    private static String written(int version, Consumer<ReplyWriter> reply) {
        OutputBuffer out = new OutputBuffer(0, 1_000);
        ReplyWriter writer = new ReplyWriter(out);
        writer.version(version);
        reply.accept(writer);
        return new String(out.toByteArray(), UTF_8);
    }
}
