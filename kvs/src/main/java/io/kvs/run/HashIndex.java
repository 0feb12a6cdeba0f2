package io.kvs.run;

import io.kvs.format.Checksum;
import io.kvs.format.LittleEndian;
import io.kvs.format.PositionMask;
import java.io.IOException;

/// Tells where the newest record of a key lies among those that a run lists, or that it lists none,
/// by one line of the processor's cache.
///
/// A hash table that is written once: the hash of a key chooses a line of 64 bytes, which has room
/// for ten slots of six bytes and a checksum. A slot holds 16 other bits of the hash, the tag, and
/// the place of the record. If the line is full the slot is in the next one that is not; so the
/// search for a key ends at the first line with an empty slot. There are some lines behind those
/// that hashes choose, instead of a way back to the first.
///
/// Two keys of one path with the same tag cannot be told apart here. Then, and where a checksum is
/// wrong, the blocks of the run decide.
final class HashIndex {
    static final int LINE_BYTES = 64;
    static final int LINE_SLOTS = 10;

    /// There is no record of the key.
    static final long ABSENT = -1;

    /// Only the blocks can tell.
    static final long UNKNOWN = -2;

    /// Bits of the number of a covered part; those of a place are these and the offset's.
    static final int PART_BITS = 9;

    static final int OFFSET_BITS = 23;

    private static final int SLOT_BYTES = 6;
    private static final int CHECKSUM_OFFSET = LINE_SLOTS * SLOT_BYTES;
    private static final int TAG_BITS = 16;
    private static final long SLOT_MASK = (1L << 8 * SLOT_BYTES) - 1;

    /// Seven and a half keys a line: one line in five is full, so nearly all searches end in the
    /// first or the second.
    private static final int KEYS_OF_TWO_LINES = 15;

    private final RunBytes file;
    private final long position;
    private final long lines;
    private final long chosenLines;
    private final long salt;

    /// Makes the hash index of a run.
    ///
    /// @param position where in the file it begins
    /// @param lines how many lines it has
    /// @param chosenLines how many of these hashes choose from
    /// @param salt see {@link PositionMask}
    HashIndex(RunBytes file, long position, long lines, long chosenLines, long salt) {
        this.file = file;
        this.position = position;
        this.lines = lines;
        this.chosenLines = chosenLines;
        this.salt = salt;
    }

    /// Returns the place of the only record that may be the newest of a key with this hash, {@link
    /// #ABSENT} or {@link #UNKNOWN}.
    ///
    /// @param line room for a line, to be overwritten
    long find(long hash, byte[] line) throws IOException {
        long tag = tag(hash);
        long found = ABSENT;
        for (long number = lineOf(hash, chosenLines); number < lines; number++) {
            long at = position + LINE_BYTES * number;
            file.read(at, line, LINE_BYTES);
            if (LittleEndian.getInt(line, CHECKSUM_OFFSET)
                    != checksum(line, 0, PositionMask.of(salt, at))) {
                return UNKNOWN;
            }
            for (int slotAt = 0; slotAt < CHECKSUM_OFFSET; slotAt += SLOT_BYTES) {
                long slot = LittleEndian.getLong(line, slotAt) & SLOT_MASK;
                if (slot == 0) {
                    return found;
                }
                if ((slot & (1 << TAG_BITS) - 1) == tag) {
                    found = found == ABSENT ? slot >>> TAG_BITS : UNKNOWN;
                }
            }
        }
        return found;
    }

    /// Brings the line for a hash nearer to the processor; returns a word of it, for {@link
    /// io.kvs.segment.Words#keep}.
    long touch(long hash) {
        return file.touch(position + LINE_BYTES * lineOf(hash, chosenLines));
    }

    /// Returns from how many lines the hashes of so many keys choose.
    static long lines(long keys) {
        return Math.max(1, Math.ceilDiv(2 * keys, KEYS_OF_TWO_LINES));
    }

    /// Returns the number of the line that a hash chooses.
    static long lineOf(long hash, long chosenLines) {
        return Math.unsignedMultiplyHigh(hash, chosenLines);
    }

    /// Returns a place. It is not 0, for no record begins where a segment does.
    static int place(int part, long offset) {
        assert part < 1 << PART_BITS && offset > 0 && offset >>> 3 < 1 << OFFSET_BITS;
        return part << OFFSET_BITS | (int) (offset >>> 3);
    }

    /// Returns the number of the covered part in which a place is.
    static int part(long place) {
        return (int) (place >>> OFFSET_BITS);
    }

    /// Returns the offset in the segment of a place.
    static long offset(long place) {
        return (place & (1 << OFFSET_BITS) - 1) << 3;
    }

    /// Returns the slot for a key with this hash.
    static long slot(long hash, int place) {
        return Integer.toUnsignedLong(place) << TAG_BITS | tag(hash);
    }

    /// Puts a slot into the line at `at`, behind `used` others.
    static void put(byte[] lines, int at, int used, long slot) {
        int slotAt = at + used * SLOT_BYTES;
        LittleEndian.putInt(lines, slotAt, (int) slot);
        lines[slotAt + 4] = (byte) (slot >>> 32);
        lines[slotAt + 5] = (byte) (slot >>> 40);
    }

    /// Ends the line at `at` with its checksum.
    static void seal(byte[] lines, int at, long mask) {
        LittleEndian.putInt(lines, at + CHECKSUM_OFFSET, checksum(lines, at, mask));
    }

    private static int checksum(byte[] lines, int at, long mask) {
        return Checksum.of(lines, at, CHECKSUM_OFFSET) ^ (int) mask;
    }

    /// Keys of one line have the high bits of their hashes in common, but not these.
    private static long tag(long hash) {
        return hash & (1 << TAG_BITS) - 1;
    }
}
