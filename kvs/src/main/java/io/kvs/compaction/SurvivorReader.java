package io.kvs.compaction;

import io.kvs.format.RecordHeader;
import io.kvs.run.KeyHeads;
import io.kvs.segment.LogPointer;
import io.kvs.segment.Segment;
import io.kvs.segment.Words;
import java.util.Arrays;

/// Reads the {@link Survivors} of one segment whose keys lie in a range, in key order, and stands
/// at one of them: at first before all.
///
/// Of some records at a time the keys are copied, one behind the other into one array, and the
/// memory of all is touched before any is looked at closer: the processor then waits for several at
/// once.
final class SurvivorReader {
    private static final int BATCH = 64;
    private static final int KEY_BYTES = 16;

    private final Survivors survivors;
    private final Segment segment;

    /// The number of the first record of the batch, and of the first behind the range.
    private int first;

    private final int end;
    private int count;
    private int at = -1;
    private final long[] headers = new long[BATCH];
    private byte[] keys = new byte[BATCH * KEY_BYTES];

    /// Where the key of each record ends; the first one begins at 0.
    private final int[] keyEnds = new int[BATCH];

    SurvivorReader(Survivors survivors, KeyRange range) {
        this.survivors = survivors;
        this.segment = survivors.segment();
        this.first = range.from() == null ? 0 : survivors.firstFrom(range.from());
        this.end = range.to() == null ? survivors.count() : survivors.firstFrom(range.to());
    }

    /// Goes to the next record; returns false behind the last.
    ///
    /// @throws io.kvs.CorruptionException one is damaged; the segment is marked
    boolean next() {
        if (at + 1 == count) {
            first += count;
            count = Math.min(BATCH, end - first);
            at = -1;
            if (count == 0) {
                return false;
            }
            read();
        }
        at++;
        return true;
    }

    Segment segment() {
        return segment;
    }

    long offset() {
        return survivors.offset(first + at);
    }

    long header() {
        return headers[at];
    }

    long pointer() {
        return LogPointer.of(segment.number(), offset());
    }

    boolean isTombstone() {
        return RecordHeader.kind(header()) == RecordHeader.TOMBSTONE;
    }

    /// Returns the array in which its key stands, from {@link #keyFrom} to {@link #keyTo}.
    byte[] keyBytes() {
        return keys;
    }

    int keyFrom() {
        return at == 0 ? 0 : keyEnds[at - 1];
    }

    int keyTo() {
        return keyEnds[at];
    }

    /// Returns the first eight bytes of its key, see {@link KeyHeads#word}.
    long word() {
        return KeyHeads.word(keys, keyFrom(), keyTo());
    }

    /// Compares its key with that of another record.
    int compareKey(SurvivorReader other) {
        return Arrays.compareUnsigned(
                keys, keyFrom(), keyTo(), other.keys, other.keyFrom(), other.keyTo());
    }

    /// Returns the record as an object of its own.
    Survivor survivor() {
        byte[] key = Arrays.copyOfRange(keys, keyFrom(), keyTo());
        return new Survivor(segment, offset(), header(), key);
    }

    private void read() {
        try {
            long words = 0;
            for (int i = 0; i < count; i++) {
                words += segment.touch(survivors.offset(first + i));
            }
            Words.keep(words);
            int from = 0;
            for (int i = 0; i < count; i++) {
                long offset = survivors.offset(first + i);
                long header = Survivor.header(segment, offset);
                int to = from + RecordHeader.keyLength(header);
                if (to > keys.length) {
                    keys = Arrays.copyOf(keys, Math.max(to, 2 * keys.length));
                }
                segment.copyKey(offset, header, keys, from);
                headers[i] = header;
                keyEnds[i] = to;
                from = to;
            }
        } catch (InternalError e) {
            throw Survivor.damaged(segment, 0, e);
        }
    }
}
