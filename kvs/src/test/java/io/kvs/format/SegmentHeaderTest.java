package io.kvs.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

final class SegmentHeaderTest {
    private static final SegmentHeader HEADER =
            new SegmentHeader(-5, 17, true, 1L << 40, 65_536, 9);

    @Test
    void decodeOfEncode_header_isTheSame() {
        SegmentHeader log = new SegmentHeader(5, 1, false, 0, 64 << 20, -1);

        assertEquals(HEADER, SegmentHeader.decode(HEADER.encode()));
        assertEquals(log, SegmentHeader.decode(log.encode()));
    }

    @Test
    void decode_anyBitFlipped_isNull() {
        byte[] bytes = HEADER.encode();
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            bytes[bit >>> 3] ^= (byte) (1 << (bit & 7));
            assertNull(SegmentHeader.decode(bytes), "bit " + bit);
            bytes[bit >>> 3] ^= (byte) (1 << (bit & 7));
        }
    }

    @Test
    void flippedBit_anyBitFlipped_isThatBit() {
        byte[] bytes = HEADER.encode();
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            bytes[bit >>> 3] ^= (byte) (1 << (bit & 7));
            assertEquals(bit, SegmentHeader.flippedBit(bytes));
            bytes[bit >>> 3] ^= (byte) (1 << (bit & 7));
        }
    }

    @Test
    void flippedBit_twoBitsFlipped_isNone() {
        byte[] bytes = HEADER.encode();
        for (int first = 0; first < 8 * bytes.length - 1; first += 5) {
            for (int second = first + 1; second < 8 * bytes.length; second += 7) {
                byte[] flipped = bytes.clone();
                flipped[first >>> 3] ^= (byte) (1 << (first & 7));
                flipped[second >>> 3] ^= (byte) (1 << (second & 7));
                assertEquals(-1, SegmentHeader.flippedBit(flipped), first + " and " + second);
            }
        }
        assertEquals(-1, SegmentHeader.flippedBit(new byte[SegmentHeader.SYNCED_OFFSET]));
    }

    @Test
    void syncedOffset_ofASyncedWord_isTheOffset() {
        for (long offset : new long[] {0, 64, 72, 1 << 20, 1L << 30}) {
            assertEquals(
                    offset, SegmentHeader.syncedOffset(SegmentHeader.syncedWord(offset, 3), 3));
        }
    }

    @Test
    void syncedOffset_anyBitFlippedOrZero_isZero() {
        long word = SegmentHeader.syncedWord(4_096, 3);
        for (int bit = 0; bit < 64; bit++) {
            assertEquals(0, SegmentHeader.syncedOffset(word ^ 1L << bit, 3), "bit " + bit);
        }
        assertEquals(0, SegmentHeader.syncedOffset(0, 3));
        assertEquals(0, SegmentHeader.syncedOffset(word, 4), "of another segment");
    }

    @Test
    void bootHash_anotherBoot_isAnother() {
        assertNotEquals(
                SegmentHeader.bootHash("2f1b0a3e-0000-4000-8000-000000000001"),
                SegmentHeader.bootHash("2f1b0a3e-0000-4000-8000-000000000002"));
    }
}
