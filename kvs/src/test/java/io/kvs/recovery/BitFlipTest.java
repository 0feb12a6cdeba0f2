package io.kvs.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.WriteBatch;
import io.kvs.format.PositionMask;
import io.kvs.format.RecordHeader;
import io.kvs.segment.BatchFrame;
import io.kvs.segment.MemorySegments;
import io.kvs.segment.RecordCursor;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentWriter;
import io.kvs.segment.Words;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A single flipped bit is found in headers and keys, and nowhere else.
final class BitFlipTest {
    private final SplittableRandom random = new SplittableRandom(1);
    private final Segment segment = MemorySegments.log(1, 1, 1 << 20);
    private final SegmentWriter writer = MemorySegments.writer(segment);

    @Test
    void find_anyBitOfARecord_isFoundInHeaderAndKey() {
        for (int keyLength : new int[] {1, 7, 16, 100}) {
            for (int valueLength : new int[] {0, 1, 100}) {
                long offset =
                        writer.appendValue(
                                bytes(keyLength), bytes(valueLength), RecordHeader.NEVER, 0);
                writer.appendValue(bytes(3), bytes(3), RecordHeader.NEVER, 0);

                assertFound(offset, offset, 0, 8);
                assertNotFound(offset, 8, RecordHeader.BYTES);
                assertFound(offset, offset, RecordHeader.BYTES, RecordHeader.BYTES + keyLength);
                assertNotFound(
                        offset,
                        RecordHeader.BYTES + keyLength,
                        RecordHeader.BYTES + keyLength + valueLength);
            }
        }
    }

    @Test
    void find_anyBitOfATombstone_isFoundInHeaderAndKey() {
        long offset = writer.appendTombstone(bytes(16), RecordHeader.SYNCED_WRITE);

        assertFound(offset, offset, 0, 8);
        assertFound(offset, offset, RecordHeader.BYTES, RecordHeader.BYTES + 16);
    }

    @Test
    void find_anyBitInABatch_isFoundInHeadersAndKeys() {
        WriteBatch batch = new WriteBatch();
        batch.set(bytes(5), bytes(50)).remove(bytes(20)).set(bytes(1), bytes(9));
        BatchFrame frame = new BatchFrame(batch.operations(), 0, 0);
        long offset = writer.appendBatch(frame);
        writer.appendValue(bytes(3), bytes(3), RecordHeader.NEVER, 0);

        assertFound(offset, offset, 0, 8);
        assertNotFound(offset, 8, RecordHeader.BATCH_BYTES);
        for (int i = 0; i < 3; i++) {
            int at = (int) frame.offset(i);
            int keyLength = batch.operations().get(i).key().length;
            assertFound(offset, offset, at, at + 8);
            assertNotFound(offset, at + 8, at + RecordHeader.BYTES);
            assertFound(
                    offset, offset, at + RecordHeader.BYTES, at + RecordHeader.BYTES + keyLength);
        }
    }

    @Test
    void find_anyBitOfAGap_isFoundIfAWholeRecordFollows() {
        long offset = gapOf(bytes(40));
        long last = writer.appendValue(bytes(3), bytes(3), RecordHeader.NEVER, 0);
        assertFound(offset, offset, 0, 8);

        Words.set(segment.memory(), last, 0);
        assertNotFound(offset, 0, 8);
    }

    @Test
    void find_largeRecord_isFoundInTheHeaderAndWithinBoundsInTheKey() {
        int bound = BitFlip.KEY_BYTES_MAX;
        long within = writer.appendValue(bytes(bound), bytes(100_000), RecordHeader.NEVER, 0);
        long beyond = writer.appendValue(bytes(bound + 1), bytes(100_000), RecordHeader.NEVER, 0);

        assertFound(within, within, 0, 8);
        assertFound(within, within, RecordHeader.BYTES + bound - 1, RecordHeader.BYTES + bound);
        assertFound(beyond, beyond, 0, 8);
        assertNotFound(beyond, RecordHeader.BYTES, RecordHeader.BYTES + 2);
    }

    @Test
    void find_moreBitsFlipped_isNull() {
        long offset = writer.appendValue(bytes(16), bytes(100), RecordHeader.NEVER, 0);
        writer.appendValue(bytes(3), bytes(3), RecordHeader.NEVER, 0);
        int tried = 0;
        for (int first = 0; first < 8 * 28; first++) {
            for (int second = first + 1; second < 8 * 128; second += 1 + random.nextInt(20)) {
                flip(offset, first);
                flip(offset, second);
                assertNull(find(offset), first + " and " + second);
                flip(offset, first);
                flip(offset, second);
                tried++;
            }
        }
        assertTrue(tried > 10_000);
    }

    private void assertFound(long record, long offset, int from, int to) {
        for (int bit = 8 * from; bit < 8 * to; bit++) {
            flip(offset, bit);
            assertEquals(new BitFlip(offset + (bit >>> 3), bit & 7), find(record), "bit " + bit);
            flip(offset, bit);
        }
    }

    private void assertNotFound(long record, int from, int to) {
        for (int bit = 8 * from; bit < 8 * to; bit++) {
            flip(record, bit);
            assertNull(find(record), "bit " + bit);
            flip(record, bit);
        }
    }

    private @Nullable BitFlip find(long offset) {
        RecordCursor cursor = new RecordCursor(segment, offset, segment.memory().byteSize(), false);
        assertTrue(cursor.next());
        return BitFlip.find(segment, cursor);
    }

    /// Makes a gap as a writer does that could not finish a record of this key.
    private long gapOf(byte[] key) {
        long offset = writer.appendValue(key, bytes(10), RecordHeader.NEVER, 0);
        long header = RecordHeader.gap(RecordHeader.size(segment.header(offset)));
        Words.set(
                segment.memory(),
                offset,
                RecordHeader.sealed(header, 0, PositionMask.of(segment.salt(), offset)));
        return offset;
    }

    private void flip(long offset, int bit) {
        long at = offset + (bit >>> 3);
        byte b = segment.memory().get(ValueLayout.JAVA_BYTE, at);
        segment.memory().set(ValueLayout.JAVA_BYTE, at, (byte) (b ^ 1 << (bit & 7)));
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
