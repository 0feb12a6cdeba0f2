package io.kvs.run;

import io.kvs.format.RecordHeader;
import io.kvs.segment.RecordCursor;
import io.kvs.segment.Segment;
import io.kvs.segment.Words;
import java.util.Arrays;
import java.util.function.Predicate;

/// Records of a segment in key order, without a run: their places, sorted.
///
/// For what no run lists yet; it takes some ten nanoseconds a record to make and four bytes to
/// keep.
public final class SortedRecords {
    private static final int BATCH_RECORDS = 64;
    private static final int KEY_BYTES = 64;
    private static final int PLACES_MIN = 128;

    /// With records of this size the array of places need not grow, nor is it too large.
    private static final int LIKELY_RECORD_BYTES = 128;

    private final Segment segment;
    private final long to;
    private final int[] places;
    private final int count;

    private SortedRecords(Segment segment, long to, int[] places, int count) {
        this.segment = segment;
        this.to = to;
        this.places = places;
        this.count = count;
    }

    /// Sorts the records in `[from, to)`. Checksums are not verified: the records have just been
    /// written or read, or will be when they are used.
    ///
    /// @param accepts tells of a record whose checksum is not to be relied on, or of bytes that are
    ///   none, whether it can be passed over; else the error is thrown
    /// @throws io.kvs.CorruptionException a header or a key is damaged
    public static SortedRecords of(
            Segment segment, long from, long to, Predicate<RecordCursor> accepts) {
        int[] places = new int[(int) Math.max(PLACES_MIN, (to - from) / LIKELY_RECORD_BYTES)];
        int count = 0;
        RecordCursor cursor = RecordCursor.trusting(segment, from, to);
        while (cursor.next()) {
            switch (cursor.state()) {
                case WHOLE -> {
                    if (count == places.length) {
                        places = Arrays.copyOf(places, 2 * count);
                    }
                    places[count++] = (int) (cursor.offset() >>> 3);
                }
                case GAP, END -> {}
                case UNFINISHED, DAMAGED, DAMAGED_BATCH, GARBAGE, NOTHING -> {
                    if (!accepts.test(cursor)) {
                        throw segment.corruption(cursor.offset(), "no whole record here");
                    }
                }
            }
        }
        KeyOrder.sort(segment, places, count);
        return new SortedRecords(segment, to, places, count);
    }

    /// Returns the segment.
    public Segment segment() {
        return segment;
    }

    /// Returns the offset behind the last record.
    public long to() {
        return to;
    }

    /// Returns the offset of the newest record of a key, or -1.
    public long find(byte[] key) {
        int at = firstNotLess(key);
        return at < count && compare(at, key) == 0 ? offset(at) : -1;
    }

    /// Returns the records as a source to be merged with others.
    public EntrySource source() {
        return new Source();
    }

    private long offset(int at) {
        return (long) places[at] << 3;
    }

    private byte[] key(int at) {
        long offset = offset(at);
        return segment.key(offset, segment.header(offset));
    }

    private int compare(int at, byte[] key) {
        return Arrays.compareUnsigned(key(at), key);
    }

    private int firstNotLess(byte[] key) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = low + high >>> 1;
            if (compare(middle, key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// Stands before the record number `at`.
    private final class Source implements EntrySource {
        private int at;
        private int touchedFrom;
        private int touchedTo;
        private long offset;
        private long header;
        private byte[] key = new byte[KEY_BYTES];
        private int keyLength;

        @Override
        public int segments() {
            return 1;
        }

        @Override
        public long segmentId(int number) {
            return segment.id();
        }

        @Override
        public void seek(byte[] wanted) {
            at = firstNotLess(wanted);
        }

        @Override
        public void seekEnd() {
            at = count;
        }

        @Override
        public boolean next() {
            if (at == count) {
                return false;
            }
            if (at >= touchedTo || at < touchedFrom) {
                touch(at, Math.min(at + BATCH_RECORDS, count));
            }
            load(at++);
            return true;
        }

        @Override
        public boolean previous() {
            if (at == 0) {
                return false;
            }
            at--;
            if (at >= touchedTo || at < touchedFrom) {
                touch(Math.max(0, at + 1 - BATCH_RECORDS), at + 1);
            }
            load(at);
            return true;
        }

        @Override
        public byte[] keyBytes() {
            return key;
        }

        @Override
        public int keyFrom() {
            return 0;
        }

        @Override
        public int keyTo() {
            return keyLength;
        }

        @Override
        public int segmentNumber() {
            return 0;
        }

        @Override
        public long offset() {
            return offset;
        }

        @Override
        public int valueLength() {
            return RecordHeader.valueLength(header);
        }

        @Override
        public boolean isTombstone() {
            return RecordHeader.kind(header) == RecordHeader.TOMBSTONE;
        }

        @Override
        public boolean isExpiring() {
            return RecordHeader.has(header, RecordHeader.EXPIRING);
        }

        private void load(int record) {
            offset = SortedRecords.this.offset(record);
            header = segment.header(offset);
            if (RecordHeader.keyLength(header) > key.length) {
                key = new byte[Math.max(2 * key.length, RecordHeader.keyLength(header))];
            }
            keyLength = segment.copyKey(offset, header, key);
        }

        /// Touches records before they are read one by one: the processor then waits for several at
        /// once.
        private void touch(int from, int end) {
            long words = 0;
            for (int i = from; i < end; i++) {
                words += segment.touch(SortedRecords.this.offset(i));
            }
            Words.keep(words);
            touchedFrom = from;
            touchedTo = end;
        }
    }
}
