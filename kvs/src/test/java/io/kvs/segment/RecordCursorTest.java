package io.kvs.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kvs.CorruptionException;
import io.kvs.WriteBatch;
import io.kvs.format.RecordHeader;
import io.kvs.segment.RecordCursor.State;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Walking over a segment tells whole records from every kind of damage.
final class RecordCursorTest {
    private final Segment segment = MemorySegments.log(1, 1, 64 << 10);
    private final SegmentWriter writer = MemorySegments.writer(segment);

    @Test
    void next_recordsOfEveryKind_areWholeInOrder() {
        long value = writer.appendValue(bytes("key"), bytes("value"), RecordHeader.NEVER, 0);
        long tombstone = writer.appendTombstone(bytes("key"), 0);
        BatchFrame frame =
                new BatchFrame(new WriteBatch().set("a", "1").remove("b").operations(), 0, 0);
        long batch = writer.appendBatch(frame);
        writer.end();

        assertEquals(
                List.of(
                        value + " WHOLE",
                        tombstone + " WHOLE",
                        (batch + frame.offset(0)) + " WHOLE",
                        (batch + frame.offset(1)) + " WHOLE",
                        writer.tail() + " END"),
                walk(false));
        assertArrayEquals(bytes("value"), segment.read(value, bytes("key")));
    }

    @Test
    void next_nothingWritten_isNothingOnce() {
        assertEquals(List.of("64 NOTHING"), walk(false));
    }

    @Test
    void next_damagedValue_isDamagedAndTheNextIsWhole() {
        long first = writer.appendValue(bytes("first"), bytes("value"), RecordHeader.NEVER, 0);
        long second = writer.appendValue(bytes("second"), bytes("value"), RecordHeader.NEVER, 0);
        flip(first + RecordHeader.BYTES + 6);

        assertEquals(
                List.of(first + " DAMAGED", second + " WHOLE", writer.tail() + " NOTHING"),
                walk(false));
        assertThrows(CorruptionException.class, () -> segment.read(first, bytes("first")));
    }

    @Test
    void next_damagedHeaderOrKey_isGarbageUpToTheNextWholeRecord() {
        long first = writer.appendValue(bytes("first"), bytes("value"), RecordHeader.NEVER, 0);
        long second = writer.appendValue(bytes("second"), bytes("value"), RecordHeader.NEVER, 0);
        for (long at = first; at < first + RecordHeader.BYTES + 5; at++) {
            if (at < first + 8 || at >= first + RecordHeader.BYTES) {
                flip(at);
                assertEquals(
                        List.of(first + " GARBAGE", second + " WHOLE", writer.tail() + " NOTHING"),
                        walk(false),
                        "byte " + (at - first));
                flip(at);
            }
        }
    }

    @Test
    void next_zeroHeaderInAnExactRange_isGarbage() {
        long first = writer.appendValue(bytes("first"), bytes("value"), RecordHeader.NEVER, 0);
        long second = writer.appendValue(bytes("second"), bytes("value"), RecordHeader.NEVER, 0);
        Words.set(segment.memory(), first, 0);

        RecordCursor cursor = new RecordCursor(segment, 0, writer.tail(), true);

        assertEquals(List.of(first + " GARBAGE", second + " WHOLE"), walk(cursor));
    }

    @Test
    void next_checksumNeverStored_isUnfinished() {
        long first = writer.appendValue(bytes("first"), bytes("value"), RecordHeader.NEVER, 0);
        long second = writer.appendValue(bytes("second"), bytes("value"), RecordHeader.NEVER, 0);
        Words.setIntRelease(segment.memory(), first + RecordHeader.CHECKSUM_OFFSET, 0);

        assertEquals(
                List.of(first + " UNFINISHED", second + " WHOLE", writer.tail() + " NOTHING"),
                walk(false));
    }

    @Test
    void enterBatch_damagedBatch_tellsWhichRecordIsDamaged() {
        BatchFrame frame =
                new BatchFrame(
                        new WriteBatch().set("a", "11111111").set("b", "22222222").operations(),
                        0,
                        0);
        long batch = writer.appendBatch(frame);
        flip(batch + frame.offset(0) + RecordHeader.BYTES + 3);
        RecordCursor cursor = new RecordCursor(segment, 0, segment.memory().byteSize(), false);
        List<String> found = new ArrayList<>();
        while (cursor.next()) {
            found.add(cursor.offset() + " " + cursor.state());
            if (cursor.state() == State.DAMAGED_BATCH) {
                cursor.enterBatch();
            }
        }

        assertEquals(
                List.of(
                        batch + " DAMAGED_BATCH",
                        (batch + frame.offset(0)) + " DAMAGED",
                        (batch + frame.offset(1)) + " WHOLE",
                        writer.tail() + " NOTHING"),
                found);
    }

    @Test
    void append_fullSegment_isRefusedAndRemovalsStillFit() {
        Segment small = MemorySegments.log(1, 2, 4_096);
        SegmentWriter into = MemorySegments.writer(small);
        int count = 0;
        while (into.appendValue(bytes("key"), bytes("value"), RecordHeader.NEVER, 0) >= 0) {
            count++;
        }

        assertEquals((4_096 - 64 - 8 - 4_096 / 16) / 24, count);
        assertEquals(64 + 24L * count, into.appendTombstone(bytes("key"), 0));
        into.end();
        assertEquals(-1, into.appendTombstone(bytes("key"), 0));
    }

    @Test
    void pointer_anyPlace_isToldAgain() {
        for (int number : new int[] {0, 1, 4_711, LogPointer.SEGMENT_COUNT_MAX - 1}) {
            for (long offset : new long[] {64, 72, 1 << 20, LogPointer.OFFSET_BOUND_BYTES - 8}) {
                long pointer = LogPointer.of(number, offset);
                assertEquals(number, LogPointer.segmentNumber(pointer));
                assertEquals(offset, LogPointer.offset(pointer));
                assertEquals(0, pointer & -LogPointer.BOUND);
            }
        }
    }

    private List<String> walk(boolean exact) {
        return walk(new RecordCursor(segment, 0, segment.memory().byteSize(), exact));
    }

    private static List<String> walk(RecordCursor cursor) {
        List<String> found = new ArrayList<>();
        while (cursor.next()) {
            found.add(cursor.offset() + " " + cursor.state());
        }
        return found;
    }

    private void flip(long offset) {
        byte b = segment.memory().get(ValueLayout.JAVA_BYTE, offset);
        segment.memory().set(ValueLayout.JAVA_BYTE, offset, (byte) (b ^ 2));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
