package io.kvs.run;

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

    /// Has the records decoded with the numbers `[from, to)`.
    private final class Source extends EntrySource {
        private int from;
        private int to;

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
            goTo(firstNotLess(wanted));
        }

        @Override
        public void seekEnd() {
            goTo(count);
        }

        /// Goes before a record, with none decoded.
        private void goTo(int number) {
            from = number;
            to = number;
            interval().clear();
            stand(0);
        }

        @Override
        boolean decodeNext(Interval interval) {
            if (to == count) {
                return false;
            }
            decode(to, Math.min(to + Interval.COUNT_MAX, count), interval);
            return true;
        }

        @Override
        boolean decodePrevious(Interval interval) {
            if (from == 0) {
                return false;
            }
            decode(Math.max(0, from - Interval.COUNT_MAX), from, interval);
            return true;
        }

        /// Decodes records; all are touched before any is: the processor then waits for several at
        /// once.
        private void decode(int first, int end, Interval interval) {
            long words = 0;
            for (int i = first; i < end; i++) {
                words += segment.touch(SortedRecords.this.offset(i));
            }
            Words.keep(words);
            interval.clear();
            for (int i = first; i < end; i++) {
                interval.add(segment, SortedRecords.this.offset(i));
            }
            from = first;
            to = end;
        }
    }
}
