package io.kvs.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OutputBufferTest {

    @ParameterizedTest
    @ValueSource(
            longs = {0, 9, 10, 99, 100, -1, -9, -10, 1_234_567, Long.MAX_VALUE, Long.MIN_VALUE})
    void writeDecimal_anyNumber_isItsText(long value) {
        OutputBuffer out = new OutputBuffer(0, 100);
        out.write('<').writeDecimal(value).write('>');
        assertEquals("<" + value + ">", text(out));
    }

    @Test
    void write_overTheLimit_isRefused() {
        OutputBuffer out = new OutputBuffer(64, 10);
        out.write(new byte[10]);
        assertThrows(OutputLimitException.class, () -> out.write('x'));
        assertEquals(10, out.size());
        out.sent(3);
        out.write(new byte[3]);
        assertThrows(OutputLimitException.class, () -> out.write('x'));
        out.limit(11);
        out.write('x');
        assertEquals(11, out.size());
    }

    @Test
    void sent_inParts_keepsTheRestInOrder() {
        OutputBuffer out = new OutputBuffer(0, 1_000);
        out.writeAscii("abcdef");
        ByteBuffer target = ByteBuffer.allocate(4);
        assertEquals(4, out.copyTo(target));
        out.sent(3);
        out.writeAscii("g".repeat(100));
        assertEquals("def" + "g".repeat(100), text(out));
        out.sent(103);
        assertTrue(out.isEmpty());
    }

    @Test
    void truncate_afterAPartWasSent_takesBackWhatCameLater() {
        OutputBuffer out = new OutputBuffer(0, 1_000);
        out.writeAscii("abc");
        out.sent(1);
        int before = out.size();
        out.writeAscii("wrong");
        out.truncate(before);
        assertEquals("bc", text(out));
    }

    private static String text(OutputBuffer out) {
        return new String(out.toByteArray(), US_ASCII);
    }
}
