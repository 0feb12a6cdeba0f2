package io.kvs.run;

import io.kvs.segment.RecordCursor;
import io.kvs.segment.Segment;
import io.kvs.segment.Words;
import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Records of a segment in key order, without a run: their places, sorted.
///
/// For what no run lists yet; it takes some ten nanoseconds a record to make and four bytes to
/// keep, eight more once it has been searched. Never changes; safe for use by any number of
/// threads.
public final class SortedRecords {
    private static final int PLACES_MIN = 128;

    /// With records of this size the array of places need not grow, nor is it too large.
    private static final int LIKELY_RECORD_BYTES = 128;

    private static final int DECODED_MIN = 2;

    private final Segment segment;
    private final long to;
    private final int[] places;
    private final int count;

    /// Made by the first thread that needs them, or by some of those at once.
    private @Nullable KeyHeads heads;

    private SortedRecords(
            Segment segment, long to, int[] places, int count, @Nullable KeyHeads heads) {
        this.segment = segment;
        this.to = to;
        this.places = places;
        this.count = count;
        this.heads = heads;
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
        return new SortedRecords(segment, to, places, count, null);
    }

    /// Returns these records and those behind them in the segment in one piece, in time for a few
    /// comparisons of each of the latter.
    public SortedRecords with(SortedRecords following) {
        if (count == 0) {
            return following;
        }
        if (following.count == 0) {
            return new SortedRecords(segment, following.to, places, count, heads);
        }
        KeyHeads mine = heads();
        KeyHeads theirs = following.heads();
        int common = mine.commonWith(theirs);
        long[] myWords = mine.words(common);
        long[] theirWords = theirs.words(common);
        int[] allPlaces = new int[count + following.count];
        long[] allWords = new long[allPlaces.length];
        int taken = 0;
        for (int i = 0; i < following.count; i++) {
            int end = firstNotLess(myWords, taken, theirWords[i], following.key(i));
            System.arraycopy(places, taken, allPlaces, taken + i, end - taken);
            System.arraycopy(myWords, taken, allWords, taken + i, end - taken);
            taken = end;
            allPlaces[taken + i] = following.places[i];
            allWords[taken + i] = theirWords[i];
        }
        System.arraycopy(places, taken, allPlaces, taken + following.count, count - taken);
        System.arraycopy(myWords, taken, allWords, taken + following.count, count - taken);
        return new SortedRecords(
                segment,
                following.to,
                allPlaces,
                allPlaces.length,
                new KeyHeads(mine.common(common), allWords));
    }

    /// Returns those of the records that lie before `end`.
    public SortedRecords before(long end) {
        if (to <= end) {
            return this;
        }
        int[] left = new int[count];
        int leftCount = 0;
        for (int i = 0; i < count; i++) {
            if (offset(i) < end) {
                left[leftCount++] = places[i];
            }
        }
        return new SortedRecords(segment, end, left, leftCount, null);
    }

    /// Returns the segment.
    public Segment segment() {
        return segment;
    }

    /// Returns the offset behind the last record.
    public long to() {
        return to;
    }

    /// Returns how many records there are.
    public int count() {
        return count;
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

    private KeyHeads heads() {
        KeyHeads made = heads;
        if (made == null) {
            made = KeyHeads.of(segment, places, count);
            heads = made;
        }
        return made;
    }

    private int firstNotLess(byte[] key) {
        if (count == 0) {
            return 0;
        }
        KeyHeads all = heads();
        int order = all.compareCommon(key);
        if (order != 0) {
            return order < 0 ? 0 : count;
        }
        return firstNotLess(all.words(), 0, count, all.word(key), key);
    }

    /// Returns the first record from `from` on whose key is not less, which is most likely near.
    private int firstNotLess(long[] words, int from, long word, byte[] key) {
        int low = from;
        int high = from;
        for (int step = 1; high < count && isLess(words, high, word, key); step *= 2) {
            low = high + 1;
            high += step;
        }
        return firstNotLess(words, low, Math.min(high, count), word, key);
    }

    private int firstNotLess(long[] words, int from, int to, long word, byte[] key) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = low + high >>> 1;
            if (isLess(words, middle, word, key)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private boolean isLess(long[] words, int at, long word, byte[] key) {
        int order = Long.compareUnsigned(words[at], word);
        return order < 0 || order == 0 && compare(at, key) < 0;
    }

    /// Has the records decoded with the numbers `[from, to)`.
    private final class Source extends EntrySource {
        private int from;
        private int to;

        /// How many are decoded at the next time: of a range, a piece of some often has one or two.
        private int wanted = DECODED_MIN;

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
            wanted = DECODED_MIN;
            interval().clear();
            stand(0);
        }

        @Override
        boolean decodeNext(Interval interval) {
            if (to == count) {
                return false;
            }
            decode(to, Math.min(to + wanted, count), interval);
            return true;
        }

        @Override
        boolean decodePrevious(Interval interval) {
            if (from == 0) {
                return false;
            }
            decode(Math.max(0, from - wanted), from, interval);
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
            wanted = Math.min(2 * wanted, Interval.COUNT_MAX);
        }
    }
}
