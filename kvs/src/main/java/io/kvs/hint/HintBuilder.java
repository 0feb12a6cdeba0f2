package io.kvs.hint;

import io.kvs.format.RecordHeader;
import io.kvs.io.Disk;
import io.kvs.segment.RecordCursor;
import io.kvs.segment.Segment;
import io.kvs.segment.Words;
import java.io.IOException;
import java.util.Arrays;

/// Makes the hint file of a log segment from its records.
public final class HintBuilder {
    private static final int BATCH_RECORDS = 64;

    private int[] places = new int[1024];
    private int count;

    private HintBuilder() {}

    /// Writes the hint file of a segment whose records end at `end`.
    ///
    /// Checksums are not verified here: the records have just been written, or read, or will be
    /// when they are used.
    ///
    /// @return false if a header or a key is damaged, or the device cannot read it: such a segment
    ///   gets no hint file, so that every open finds the damage again
    public static boolean build(Disk disk, long storeId, Segment segment, long end)
            throws IOException {
        HintBuilder builder = new HintBuilder();
        try {
            return builder.collect(segment, end) && builder.write(disk, storeId, segment, end);
        } catch (InternalError e) {
            return false;
        }
    }

    private boolean collect(Segment segment, long end) {
        RecordCursor cursor = RecordCursor.trusting(segment, end);
        while (cursor.next()) {
            switch (cursor.state()) {
                case WHOLE -> add(cursor.offset());
                case GAP, END -> {}
                case UNFINISHED, DAMAGED, DAMAGED_BATCH, GARBAGE, NOTHING -> {
                    return false;
                }
            }
        }
        return true;
    }

    private void add(long offset) {
        if (count == places.length) {
            places = Arrays.copyOf(places, 2 * count);
        }
        places[count++] = (int) (offset >>> 3);
    }

    private boolean write(Disk disk, long storeId, Segment segment, long end) throws IOException {
        KeyOrder.sort(segment, places, count);
        try (HintWriter writer = new HintWriter(disk, storeId, segment.id())) {
            for (int i = 0; i < count; i++) {
                if (i % BATCH_RECORDS == 0) {
                    touch(segment, i, Math.min(i + BATCH_RECORDS, count));
                }
                long offset = (long) places[i] << 3;
                long header = segment.header(offset);
                writer.add(
                        segment.key(offset, header),
                        offset,
                        RecordHeader.valueLength(header),
                        RecordHeader.kind(header) == RecordHeader.TOMBSTONE);
            }
            writer.finish(end);
        }
        return true;
    }

    /// Touches the records that come next before their keys are read one by one: the processor then
    /// waits for several at once.
    private void touch(Segment segment, int from, int to) {
        long words = 0;
        for (int i = from; i < to; i++) {
            words += segment.touch((long) places[i] << 3);
        }
        Words.keep(words);
    }
}
