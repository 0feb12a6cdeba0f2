package io.kvs.format;

/// The first word of a record: what it is and how long (FORMAT.md, "Record").
///
/// One little-endian 64-bit word, so that it can be put in place by a single compare-and-set: the
/// reservation of log space and the mark of its length are one step, and a writer that is killed
/// right after it leaves a gap of known length.
///
/// ```
/// bits  0..2   kind
/// bit   3      an explicit sequence number follows the checksum
/// bit   4      written with durability SYNC
/// bit   5      the value expires: a time follows the checksum and the sequence number
/// bits  6..21  key length - 1
/// bits 22..51  value length
/// bits 52..63  check over the bits before, the key and the place
/// ```
///
/// The check is an exclusive or of 12-bit groups: it notices every single flipped bit, tells a
/// header from other bytes, and lets the key of a record with a damaged value be trusted.
public final class RecordHeader {
    /// A key and its value.
    public static final int VALUE = 1;

    /// A key that was removed.
    public static final int TOMBSTONE = 2;

    /// Several records that take effect together.
    public static final int BATCH = 3;

    /// Space that a killed writer reserved and never filled.
    public static final int GAP = 4;

    /// Nothing follows in this segment.
    public static final int END = 5;

    /// A key and its value, compressed with the dictionary of the segment: the record has a {@link
    /// CompressedValue} in its place. All that is said of values holds for it.
    public static final int COMPRESSED = 6;

    /// A key whose value is in a blob: the record has a {@link BlobReference} in its place. All
    /// that is said of values holds for it. It has the bits of a value and more, so that it can be
    /// given as a flag of one.
    public static final int BLOB = 7;

    /// Flag: an explicit sequence number follows the checksum.
    public static final int EXPLICIT_SEQUENCE = 1 << 3;

    /// Flag: no reader may see the record before it is on stable storage.
    public static final int SYNCED_WRITE = 1 << 4;

    /// Flag of a value: the time at which it expires follows the checksum, or the explicit sequence
    /// number.
    public static final int EXPIRING = 1 << 5;

    /// The time at which a value without that flag expires.
    public static final long NEVER = Long.MAX_VALUE;

    /// Bytes of the header word.
    public static final int WORD_BYTES = 8;

    /// Offset of the 32-bit checksum in a record; zero until the record is complete.
    public static final int CHECKSUM_OFFSET = 8;

    /// Bytes before what is there only if a flag says so, or before the key.
    public static final int BYTES = 12;

    /// Bytes of the explicit sequence number.
    public static final int SEQUENCE_BYTES = 8;

    /// Bytes of the time at which a value expires.
    public static final int EXPIRY_BYTES = 8;

    /// Bytes before the first inner record of a batch: header, checksum and a 32-bit record count.
    public static final int BATCH_BYTES = 16;

    /// The largest record or batch, padding included: it keeps every length within 30 bits.
    public static final int RECORD_MAX_BYTES = 1 << 30;

    private static final int KEY_SHIFT = 6;
    private static final int KEY_MASK = (1 << 16) - 1;
    private static final int VALUE_SHIFT = 22;
    private static final long VALUE_MASK = (1L << 30) - 1;
    private static final int CHECK_SHIFT = 52;
    private static final int CHECK_MASK = (1 << 12) - 1;
    private static final int KIND_MASK = 7;
    private static final int ENTRY_KINDS =
            1 << VALUE | 1 << TOMBSTONE | 1 << COMPRESSED | 1 << BLOB;

    private RecordHeader() {}

    /// Returns the header of a value or a tombstone, without its check.
    public static long entry(int kind, int flags, int keyLength, int valueLength) {
        return kind
                | flags
                | (long) (keyLength - 1) << KEY_SHIFT
                | (long) valueLength << VALUE_SHIFT;
    }

    /// Returns the header of a value that expires at a time, or {@link #NEVER}, without its check.
    public static long value(int flags, int keyLength, int valueLength, long expiryMillis) {
        int all = expiryMillis == NEVER ? flags : flags | EXPIRING;
        return entry(VALUE, all, keyLength, valueLength);
    }

    /// Returns the header of a batch whose inner records take `bodyBytes`, without its check.
    public static long batch(int flags, int bodyBytes) {
        return BATCH | flags | (long) bodyBytes << VALUE_SHIFT;
    }

    /// Returns the header of a gap of `size` bytes, without its check.
    public static long gap(long size) {
        return GAP | (size - BATCH_BYTES) << VALUE_SHIFT;
    }

    /// Returns the header that ends a segment, without its check.
    public static long end() {
        return END;
    }

    /// Returns the kind: one of the constants of this class, 0 where nothing was written.
    public static int kind(long header) {
        return (int) header & KIND_MASK;
    }

    /// Returns whether it is the header of a value or a tombstone.
    public static boolean isEntry(long header) {
        return (ENTRY_KINDS >>> kind(header) & 1) != 0;
    }

    /// Returns whether the flag is set.
    public static boolean has(long header, int flag) {
        return (header & flag) != 0;
    }

    /// Returns the length of the key in bytes.
    public static int keyLength(long header) {
        return ((int) (header >>> KEY_SHIFT) & KEY_MASK) + 1;
    }

    /// Returns the length of the value, or of the inner records of a batch, in bytes.
    public static int valueLength(long header) {
        return (int) (header >>> VALUE_SHIFT & VALUE_MASK);
    }

    /// Returns the offset, from the start of the record, of the time at which an {@link #EXPIRING}
    /// value expires.
    ///
    /// Here and in {@link #keyOffset} the flags are counted, not branched on. All reading and
    /// writing has these lines in its compiled code. The first record with a flag, that of the
    /// first compaction, would take a branch that none before it took, and nearly all of that code
    /// would have to be compiled anew.
    public static int expiryOffset(long header) {
        return BYTES + SEQUENCE_BYTES * count(header, EXPLICIT_SEQUENCE);
    }

    /// Returns the offset of the key from the start of the record.
    public static int keyOffset(long header) {
        return expiryOffset(header) + EXPIRY_BYTES * count(header, EXPIRING);
    }

    private static int count(long header, int flag) {
        return Integer.bitCount((int) header & flag);
    }

    /// Returns the bytes of the record in the file, padding included: a multiple of 8.
    public static long size(long header) {
        return padded(unpaddedSize(header));
    }

    /// Returns the bytes of the record without its padding.
    public static long unpaddedSize(long header) {
        if (isEntry(header)) {
            return (long) keyOffset(header) + keyLength(header) + valueLength(header);
        }
        return switch (kind(header)) {
            case BATCH, GAP -> (long) BATCH_BYTES + valueLength(header);
            default -> WORD_BYTES;
        };
    }

    /// Returns the bytes of a record without explicit sequence number that does not expire, padding
    /// included.
    public static long sizeOf(int keyLength, int valueLength) {
        return padded((long) BYTES + keyLength + valueLength);
    }

    /// Returns `bytes` rounded up to a multiple of 8.
    public static long padded(long bytes) {
        return bytes + 7 & -8;
    }

    /// Returns the header without its check: the form that the checksum covers.
    public static long unsealed(long header) {
        return header & ~((long) CHECK_MASK << CHECK_SHIFT);
    }

    /// Returns the header with its check.
    ///
    /// @param header the header without check
    /// @param keyFold {@link #fold} of the key, 0 for kinds without a key
    /// @param mask the mask of the place, see {@link PositionMask}
    public static long sealed(long header, long keyFold, long mask) {
        return header | (long) check(header, keyFold, mask) << CHECK_SHIFT;
    }

    /// Returns whether the header is one that was written at this place with this key.
    public static boolean isSound(long header, long keyFold, long mask) {
        long unsealed = unsealed(header);
        boolean possible =
                switch (kind(header)) {
                    case VALUE, COMPRESSED -> true;
                    case BLOB -> valueLength(header) == BlobReference.BYTES;
                    case TOMBSTONE, BATCH -> !has(header, EXPIRING);
                    case GAP -> unsealed == gap(size(header));
                    case END -> unsealed == end();
                    default -> false;
                };
        return possible && (int) (header >>> CHECK_SHIFT) == check(unsealed, keyFold, mask);
    }

    /// Folds `length` bytes of a key so that every bit of it changes exactly one bit of the result.
    public static long fold(byte[] bytes, int offset, int length) {
        long folded = 0;
        int i = offset;
        int end = offset + length;
        for (; i + 8 <= end; i += 8) {
            folded = Long.rotateLeft(folded, 7) ^ LittleEndian.getLong(bytes, i);
        }
        long rest = 0;
        for (; i < end; i++) {
            rest = rest << 8 | bytes[i] & 0xFF;
        }
        return Long.rotateLeft(folded, 7) ^ rest;
    }

    private static int check(long header, long keyFold, long mask) {
        long x = header ^ keyFold;
        x ^= x >>> 12 ^ x >>> 24 ^ x >>> 36 ^ x >>> 48 ^ x >>> 60;
        return (int) (x ^ mask >>> CHECK_SHIFT) & CHECK_MASK;
    }
}
