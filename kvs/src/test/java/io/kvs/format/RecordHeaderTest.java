package io.kvs.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.InvalidKeyException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RecordHeaderTest {
    private final SplittableRandom random = new SplittableRandom(1);

    private record Sample(long header, byte[] key) {
        long fold() {
            return RecordHeader.fold(key, 0, key.length);
        }
    }

    @Test
    void fields_ofAnEntry_areThoseGiven() {
        int[] keyLengths = {1, 2, 8, 255, 256, InvalidKeyException.KEY_LENGTH_MAX};
        int[] valueLengths = {0, 1, 4_095, 1 << 20, RecordHeader.RECORD_MAX_BYTES - 70_000};
        for (int keyLength : keyLengths) {
            for (int valueLength : valueLengths) {
                long header =
                        RecordHeader.entry(
                                RecordHeader.VALUE,
                                RecordHeader.SYNCED_WRITE,
                                keyLength,
                                valueLength);
                assertEquals(RecordHeader.VALUE, RecordHeader.kind(header));
                assertEquals(keyLength, RecordHeader.keyLength(header));
                assertEquals(valueLength, RecordHeader.valueLength(header));
                assertTrue(RecordHeader.has(header, RecordHeader.SYNCED_WRITE));
                assertFalse(RecordHeader.has(header, RecordHeader.EXPLICIT_SEQUENCE));
                assertEquals(
                        RecordHeader.padded(12L + keyLength + valueLength),
                        RecordHeader.size(header));
                assertEquals(
                        RecordHeader.size(header), RecordHeader.sizeOf(keyLength, valueLength));
                assertEquals(0, RecordHeader.size(header) % 8);
                assertEquals(header, RecordHeader.unsealed(header));
            }
        }
    }

    @Test
    void value_thatExpires_isLongerByTheTime() {
        long header = RecordHeader.value(RecordHeader.EXPLICIT_SEQUENCE, 3, 5, 0);
        assertEquals(RecordHeader.VALUE, RecordHeader.kind(header));
        assertEquals(20, RecordHeader.expiryOffset(header));
        assertEquals(28, RecordHeader.keyOffset(header));
        assertEquals(40, RecordHeader.size(header));
        assertEquals(12, RecordHeader.expiryOffset(RecordHeader.value(0, 3, 5, 0)));
        assertEquals(20, RecordHeader.keyOffset(RecordHeader.value(0, 3, 5, 0)));
        assertEquals(
                RecordHeader.entry(RecordHeader.VALUE, 0, 3, 5),
                RecordHeader.value(0, 3, 5, RecordHeader.NEVER));
    }

    @Test
    void isSound_tombstoneOrBatchThatExpires_isFalse() {
        int flag = RecordHeader.EXPIRING;
        long tombstone = RecordHeader.entry(RecordHeader.TOMBSTONE, flag, 3, 0);
        long batch = RecordHeader.batch(flag, 24);
        assertFalse(RecordHeader.isSound(RecordHeader.sealed(tombstone, 0, 7), 0, 7));
        assertFalse(RecordHeader.isSound(RecordHeader.sealed(batch, 0, 7), 0, 7));
    }

    @Test
    void size_ofAGap_isThatGiven() {
        for (long size : new long[] {16, 24, 4_096, RecordHeader.RECORD_MAX_BYTES}) {
            assertEquals(size, RecordHeader.size(RecordHeader.gap(size)));
            assertEquals(RecordHeader.GAP, RecordHeader.kind(RecordHeader.gap(size)));
        }
    }

    @Test
    void size_ofABatch_isBodyAndFrame() {
        assertEquals(16, RecordHeader.size(RecordHeader.batch(0, 0)));
        assertEquals(48, RecordHeader.size(RecordHeader.batch(0, 32)));
    }

    @Test
    void unsealed_sealedHeader_isTheHeader() {
        for (Sample sample : samples()) {
            long sealed = RecordHeader.sealed(sample.header, sample.fold(), random.nextLong());

            assertEquals(sample.header, RecordHeader.unsealed(sealed));
        }
    }

    @Test
    void isSound_whatWasSealed_isTrue() {
        for (Sample sample : samples()) {
            long mask = random.nextLong();
            long sealed = RecordHeader.sealed(sample.header, sample.fold(), mask);

            assertTrue(RecordHeader.isSound(sealed, sample.fold(), mask));
        }
    }

    @Test
    void isSound_anyBitOfTheHeaderFlipped_isFalse() {
        for (Sample sample : samples()) {
            long mask = random.nextLong();
            long sealed = RecordHeader.sealed(sample.header, sample.fold(), mask);
            for (int bit = 0; bit < 64; bit++) {
                assertFalse(
                        RecordHeader.isSound(sealed ^ 1L << bit, sample.fold(), mask),
                        "bit " + bit + " of " + Long.toHexString(sealed));
            }
        }
    }

    @Test
    void isSound_anyBitOfTheKeyFlipped_isFalse() {
        for (Sample sample : samples()) {
            long mask = random.nextLong();
            long sealed = RecordHeader.sealed(sample.header, sample.fold(), mask);
            byte[] key = sample.key.clone();
            for (int bit = 0; bit < 8 * key.length; bit++) {
                key[bit >>> 3] ^= (byte) (1 << (bit & 7));
                long fold = RecordHeader.fold(key, 0, key.length);
                assertFalse(RecordHeader.isSound(sealed, fold, mask), "bit " + bit);
                key[bit >>> 3] ^= (byte) (1 << (bit & 7));
            }
        }
    }

    @Test
    void isSound_anotherPlace_isAlmostNeverTrue() {
        long salt = PositionMask.salt(1, 1);
        long sealed =
                RecordHeader.sealed(
                        RecordHeader.entry(RecordHeader.VALUE, 0, 3, 5),
                        0,
                        PositionMask.of(salt, 64));
        int found = 0;
        for (long offset = 72; offset < 72 + 8 * 100_000; offset += 8) {
            found += RecordHeader.isSound(sealed, 0, PositionMask.of(salt, offset)) ? 1 : 0;
        }

        assertTrue(found < 60, found + " of 100000, expected are 24");
    }

    @Test
    void isSound_zeroOrBlobWithoutReference_isFalse() {
        assertFalse(RecordHeader.isSound(0, 0, 0));
        assertFalse(RecordHeader.isSound(RecordHeader.sealed(RecordHeader.BLOB, 0, 7), 0, 7));
    }

    @Test
    void isSound_gapOrEndWithFurtherBits_isFalse() {
        for (long header : new long[] {RecordHeader.gap(24), RecordHeader.end()}) {
            assertTrue(RecordHeader.isSound(RecordHeader.sealed(header, 0, 7), 0, 7));
            for (int bit = 3; bit < 25; bit++) {
                long further = RecordHeader.sealed(header | 1L << bit, 0, 7);
                assertEquals(
                        further == RecordHeader.sealed(header, 0, 7),
                        RecordHeader.isSound(further, 0, 7),
                        "bit " + bit);
            }
        }
    }

    @Test
    void fold_partOfAnArray_isThatOfTheCopy() {
        byte[] key = new byte[50];
        random.nextBytes(key);
        byte[] inside = new byte[60];
        System.arraycopy(key, 0, inside, 5, 50);

        assertEquals(RecordHeader.fold(key, 0, 50), RecordHeader.fold(inside, 5, 50));
    }

    private List<Sample> samples() {
        List<Sample> samples = new ArrayList<>();
        for (int keyLength : new int[] {1, 2, 7, 8, 9, 16, 23, 100, 300}) {
            for (int kind : new int[] {RecordHeader.VALUE, RecordHeader.TOMBSTONE}) {
                for (int i = 0; i < 8; i++) {
                    byte[] key = new byte[keyLength];
                    random.nextBytes(key);
                    int flags = random.nextInt(kind == RecordHeader.VALUE ? 8 : 4) << 3;
                    int valueLength = kind == RecordHeader.VALUE ? random.nextInt(1 << 29) : 0;
                    long header = RecordHeader.entry(kind, flags, keyLength, valueLength);
                    samples.add(new Sample(header, key));
                }
            }
        }
        return samples;
    }
}
