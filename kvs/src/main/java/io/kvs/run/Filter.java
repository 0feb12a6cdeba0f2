package io.kvs.run;

import io.kvs.format.LittleEndian;
import io.kvs.format.PositionMask;
import java.io.IOException;

/// Tells of most keys that are not in a run that they are not, by one line of the processor's
/// cache.
///
/// A blocked Bloom filter (Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom
/// Filters, WEA 2007): the hash of a key chooses a line of 64 bytes, and in each of its first seven
/// words one bit. The last word is a checksum of the others. It is verified before a key is said to
/// be absent; where it is wrong the key may be there, and the blocks decide.
final class Filter {
    static final int LINE_BYTES = 64;

    /// Where about one in 5000 keys that are absent may be there.
    static final double KEYS_PER_LINE = 64 / 3.0;

    private static final int WORDS = 7;
    private static final int CHECKSUM_OFFSET = WORDS * Long.BYTES;
    private static final int BIT_NUMBER_BITS = 6;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final RunBytes file;
    private final long position;
    private final long lines;
    private final long salt;

    /// Makes the filter of a run.
    ///
    /// @param position where in the file it begins
    /// @param salt see {@link PositionMask}
    Filter(RunBytes file, long position, long lines, long salt) {
        this.file = file;
        this.position = position;
        this.lines = lines;
        this.salt = salt;
    }

    /// Returns whether a key with this hash may be in the run.
    ///
    /// @param line room for a line, to be overwritten
    boolean mayContain(long hash, byte[] line) throws IOException {
        long at = position + LINE_BYTES * lineOf(hash, lines);
        file.read(at, line, LINE_BYTES);
        long bits = bitsOf(hash);
        long missing = 0;
        for (int word = 0; word < WORDS; word++) {
            missing |= ~LittleEndian.getLong(line, word * Long.BYTES) & bit(bits, word);
        }
        return missing == 0
                || LittleEndian.getLong(line, CHECKSUM_OFFSET)
                        != checksum(line, 0, PositionMask.of(salt, at));
    }

    /// Returns how many lines the filter of so many keys has.
    static long lines(long keys) {
        return Math.max(1, (long) Math.ceil(keys / KEYS_PER_LINE));
    }

    /// Returns the number of the line for a hash.
    static long lineOf(long hash, long lines) {
        return Math.unsignedMultiplyHigh(hash, lines);
    }

    /// Adds a hash to the line at `at`.
    static void add(long hash, byte[] lines, int at) {
        long bits = bitsOf(hash);
        for (int word = 0; word < WORDS; word++) {
            int wordAt = at + word * Long.BYTES;
            LittleEndian.putLong(
                    lines, wordAt, LittleEndian.getLong(lines, wordAt) | bit(bits, word));
        }
    }

    /// Ends the line at `at` with its checksum.
    static void seal(byte[] lines, int at, long mask) {
        LittleEndian.putLong(lines, at + CHECKSUM_OFFSET, checksum(lines, at, mask));
    }

    /// Mixes seven words so that any change of one of them changes the result: each step is a
    /// bijection.
    private static long checksum(byte[] lines, int at, long mask) {
        long sum = mask;
        for (int word = 0; word < WORDS; word++) {
            sum = (sum ^ LittleEndian.getLong(lines, at + word * Long.BYTES)) * GOLDEN;
            sum ^= sum >>> 32;
        }
        return sum;
    }

    /// Spreads the hash anew: keys of one line have the high bits of their hashes in common.
    private static long bitsOf(long hash) {
        return hash * GOLDEN;
    }

    private static long bit(long bits, int word) {
        return 1L << (bits >>> Long.SIZE - BIT_NUMBER_BITS * (word + 1));
    }
}
