package io.kvs.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ChecksumTest {
    @Test
    void bitsBehindFlip_anyBitOfAMessage_isItsDistanceFromTheEnd() {
        byte[] message = new byte[12 + 16 + 100];
        new SplittableRandom(1).nextBytes(message);
        int whole = Checksum.of(message, 0, message.length);
        int bits = 8 * message.length;
        for (int bit = 0; bit < bits; bit++) {
            message[bit >>> 3] ^= (byte) (1 << (bit & 7));
            int difference = whole ^ Checksum.of(message, 0, message.length);
            assertEquals(bits - 1 - bit, Checksum.bitsBehindFlip(difference, bits));
            assertEquals(-1, Checksum.bitsBehindFlip(difference, bits - 1 - bit), "not that far");
            message[bit >>> 3] ^= (byte) (1 << (bit & 7));
        }
        assertEquals(-1, Checksum.bitsBehindFlip(0, bits), "no difference");
    }
}
