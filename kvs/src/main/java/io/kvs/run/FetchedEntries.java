package io.kvs.run;

import io.kvs.format.LittleEndian;
import io.kvs.format.RecordHeader;
import io.kvs.segment.Place;
import io.kvs.segment.Segment;
import io.kvs.segment.Words;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Some entries that a scan has ahead of it: their keys, one behind the other in one array, where
/// their records lie, and copies of those that are not large.
///
/// The memory of all records is touched before any is copied: the processor then waits for several
/// at once. Where one lies right behind another it has fetched that by itself already. A copy is
/// verified when its value is asked for.
public final class FetchedEntries {
    /// How many there can be.
    public static final int COUNT_MAX = 32;

    private static final int KEY_BYTES = 32;
    private static final int COPY_BYTES = 144;

    /// Larger records are not copied, and only so much of them is touched; of what comes then, the
    /// processor fetches the next lines by itself.
    private static final int COPIED_BYTES_MAX = 512;

    private static final byte[] NOTHING = {};

    private byte[] keys;

    /// Where the key of each entry ends; the first one begins at 0.
    private final int[] keyEnds;

    private final @Nullable Segment[] segments;
    private final long[] offsets;
    private final long[] lengthsAndKinds;

    /// The copies of records, one behind the other.
    private byte[] copies = NOTHING;

    /// Where the copy of each record ends; nothing was copied where that is where the one before
    /// does.
    private final int[] copyEnds;

    private int count;

    /// Makes room for as many entries as will be asked for at once.
    public FetchedEntries(int capacity) {
        keys = new byte[capacity * KEY_BYTES];
        keyEnds = new int[capacity];
        segments = new Segment[capacity];
        offsets = new long[capacity];
        lengthsAndKinds = new long[capacity];
        copyEnds = new int[capacity];
    }

    /// Forgets all.
    public void clear() {
        count = 0;
    }

    /// Adds the current entry of a source.
    void add(EntrySource source, @Nullable Segment segment) {
        int from = keyFrom(count);
        int length = source.keyTo() - source.keyFrom();
        int to = from + length;
        if (to > keys.length) {
            keys = Arrays.copyOf(keys, Math.max(to, 2 * keys.length));
        }
        System.arraycopy(source.keyBytes(), source.keyFrom(), keys, from, length);
        keyEnds[count++] = to;
        setLast(source, segment);
    }

    /// Puts the current entry of a source, which has the same key, in the place of the last one.
    void setLast(EntrySource source, @Nullable Segment segment) {
        segments[count - 1] = segment;
        offsets[count - 1] = source.offset();
        lengthsAndKinds[count - 1] = source.lengthAndKind();
    }

    /// Drops the last one.
    public void dropLast() {
        count--;
    }

    /// Copies the records that are not large, and touches the starts of the others.
    public void copyRecords() {
        long words = 0;
        for (int i = 0; i < count; i++) {
            if (!isBesideLast(i)) {
                int bytes = keyTo(i) - keyFrom(i) + LengthAndKind.valueLength(lengthsAndKinds[i]);
                words += segment(i).touch(offsets[i], Math.min(bytes, COPIED_BYTES_MAX));
            }
        }
        Words.keep(words);
        int end = 0;
        for (int i = 0; i < count; i++) {
            int bytes = segment(i).valueRecordBytes(offsets[i]);
            if (0 < bytes && bytes <= COPIED_BYTES_MAX) {
                if (end + bytes > copies.length) {
                    int likely = count * COPY_BYTES;
                    copies = Arrays.copyOf(copies, Math.max(likely, 2 * (end + bytes)));
                }
                segment(i).copy(offsets[i], bytes, copies, end);
                end += bytes;
            }
            copyEnds[i] = end;
        }
    }

    /// Returns how many there are.
    public int count() {
        return count;
    }

    /// Returns a copy of a key.
    public byte[] key(int entry) {
        return Arrays.copyOfRange(keys, keyFrom(entry), keyTo(entry));
    }

    /// Returns the array that holds all keys.
    public byte[] keys() {
        return keys;
    }

    /// Returns where the key of an entry begins.
    public int keyFrom(int entry) {
        return entry == 0 ? 0 : keyEnds[entry - 1];
    }

    /// Returns where the key of an entry ends.
    public int keyTo(int entry) {
        return keyEnds[entry];
    }

    /// Returns whether an entry is a tombstone.
    public boolean isTombstone(int entry) {
        return LengthAndKind.isTombstone(lengthsAndKinds[entry]);
    }

    /// Returns whether it is a value that expires.
    public boolean isExpiring(int entry) {
        return LengthAndKind.isExpiring(lengthsAndKinds[entry]);
    }

    /// Returns where its record lies.
    public Place place(int entry) {
        return new Place(segment(entry), offsets[entry]);
    }

    /// Returns whether its record has been copied.
    public boolean isCopied(int entry) {
        return copyFrom(entry) < copyEnds[entry];
    }

    /// Returns the value in the copy of its record, which is verified.
    ///
    /// @throws io.kvs.CorruptionException it is damaged, or the record of another key
    public byte[] copiedValue(int entry) {
        Segment segment = segment(entry);
        long offset = offsets[entry];
        int from = copyFrom(entry);
        int to = copyEnds[entry];
        segment.verify(offset, copies, from, to);
        long header = LittleEndian.getLong(copies, from);
        int key = from + RecordHeader.keyOffset(header);
        int value = key + RecordHeader.keyLength(header);
        if (!Arrays.equals(copies, key, value, keys, keyFrom(entry), keyTo(entry))) {
            throw segment.corruption(offset, "the record of another key");
        }
        byte[] stored = Arrays.copyOfRange(copies, value, to);
        return RecordHeader.kind(header) == RecordHeader.COMPRESSED
                ? segment.decompressed(offset, stored)
                : stored;
    }

    /// Returns the sequence number in the copy of its record, which has been verified.
    public long copiedSequence(int entry) {
        return segment(entry).sequence(offsets[entry], copies, copyFrom(entry));
    }

    @SuppressWarnings("ReferenceEquality") // a segment is one object
    private boolean isBesideLast(int entry) {
        return entry > 0
                && segments[entry] == segments[entry - 1]
                && Math.abs(offsets[entry] - offsets[entry - 1]) <= COPIED_BYTES_MAX;
    }

    private int copyFrom(int entry) {
        return entry == 0 ? 0 : copyEnds[entry - 1];
    }

    private Segment segment(int entry) {
        return Objects.requireNonNull(segments[entry]);
    }
}
