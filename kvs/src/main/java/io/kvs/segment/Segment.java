package io.kvs.segment;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.kvs.CorruptionException;
import io.kvs.compression.Dictionary;
import io.kvs.format.BlobReference;
import io.kvs.format.Checksum;
import io.kvs.format.LittleEndian;
import io.kvs.format.Manifest;
import io.kvs.format.Manifest.Entry;
import io.kvs.format.PositionMask;
import io.kvs.format.RecordHeader;
import io.kvs.io.MappedFile;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A file of the log, mapped into memory: reads records, and knows what the store knows of it.
///
/// Reading takes no lock, but a section ({@link io.kvs.view.ReadSections}), the stripe of the key,
/// or a pin: when the segment is retired its mapping is closed as soon as nobody has one of these
/// any more.
public final class Segment {
    /// Records up to this size are read through a buffer of the thread, larger ones in pieces.
    private static final int BUFFER_BYTES = 4096;

    private static final int PIECE_BYTES = 64 << 10;

    /// A line of the cache of most processors.
    private static final int LINE_BYTES = 64;

    private static final ThreadLocal<byte[]> BUFFER =
            ThreadLocal.withInitial(() -> new byte[BUFFER_BYTES]);

    private final int number;
    private final long id;
    private final boolean sorted;
    private final long baseSequence;
    private final long rank;
    private final long salt;
    private final String path;
    private final MappedFile file;
    private final MemorySegment memory;
    private final SegmentUsage usage;
    private volatile boolean damaged;
    private volatile @Nullable Entry sealed;
    private volatile long checkedGeneration = -1;
    private volatile boolean listed;
    private @Nullable Dictionary dictionary;

    /// Makes a segment of a mapped file.
    ///
    /// @param number its number in the {@link SegmentTable}
    /// @param id its id, also in its file name
    /// @param sorted whether compaction wrote it
    /// @param baseSequence the sequence number of offset 0; of a sorted segment: the smallest in it
    /// @param rank see {@link Manifest#rankOfLog}
    /// @param salt see {@link PositionMask}
    /// @param path for messages
    /// @param file the mapped file
    public Segment(
            int number,
            long id,
            boolean sorted,
            long baseSequence,
            long rank,
            long salt,
            String path,
            MappedFile file) {
        this(number, id, sorted, baseSequence, rank, salt, path, file, new SegmentUsage());
    }

    private Segment(
            int number,
            long id,
            boolean sorted,
            long baseSequence,
            long rank,
            long salt,
            String path,
            MappedFile file,
            SegmentUsage usage) {
        this.usage = usage;
        this.number = number;
        this.id = id;
        this.sorted = sorted;
        this.baseSequence = baseSequence;
        this.rank = rank;
        this.salt = salt;
        this.path = path;
        this.file = file;
        this.memory = file.memory();
    }

    /// Returns the same log segment with another base sequence number.
    public Segment withBase(long sequence) {
        return new Segment(
                number, id, false, sequence, Manifest.rankOfLog(sequence), salt, path, file, usage);
    }

    /// Returns the same segment with another mapping of its file.
    public Segment withMapping(MappedFile mapping) {
        return new Segment(number, id, sorted, baseSequence, rank, salt, path, mapping, usage);
    }

    /// Returns its number in the segment table.
    public int number() {
        return number;
    }

    /// Returns its id.
    public long id() {
        return id;
    }

    /// Returns whether compaction wrote it, in key order.
    public boolean sorted() {
        return sorted;
    }

    /// Returns the sequence number of offset 0, or of a sorted segment the smallest in it.
    public long baseSequence() {
        return baseSequence;
    }

    /// Returns what tells which of two records of a key is the newer one: that in the segment of
    /// the higher rank.
    public long rank() {
        return rank;
    }

    /// Returns the path of the file, for messages.
    public String path() {
        return path;
    }

    /// Returns the mapped bytes.
    public MemorySegment memory() {
        return memory;
    }

    /// Returns the mapped file.
    public MappedFile file() {
        return file;
    }

    /// Returns the mask of a record at `offset`.
    public long mask(long offset) {
        return PositionMask.of(salt, offset);
    }

    /// Returns the salt of the segment.
    public long salt() {
        return salt;
    }

    /// Returns what its record bytes are used for.
    public SegmentUsage usage() {
        return usage;
    }

    /// Counts a live record as stale.
    public void addDead(long offset, long header, long nowMillis) {
        long bytes = RecordHeader.size(header);
        usage.addDead(bytes);
        if (RecordHeader.has(header, RecordHeader.EXPIRING)) {
            usage.expiries(nowMillis).add(expiry(offset, header), -bytes);
        }
        if (RecordHeader.kind(header) == RecordHeader.BLOB) {
            usage.addDeadBlob(blobBytes(offset, header));
        }
    }

    /// Returns the length of the blob that the record at `offset` refers to, which is not verified.
    private long blobBytes(long offset, long header) {
        long at = offset + RecordHeader.keyOffset(header) + RecordHeader.keyLength(header);
        return fits(offset, header)
                ? Math.max(0, Words.getUnaligned(memory, at + BlobReference.LENGTH_OFFSET))
                : 0;
    }

    /// Counts a live record by the time at which it expires.
    public void addExpiring(long offset, long header, long nowMillis) {
        usage.expiries(nowMillis).add(expiry(offset, header), RecordHeader.size(header));
    }

    /// Returns where its records end if it is sealed, else 0.
    public long sealedEnd() {
        Entry entry = sealed;
        return entry == null ? 0 : entry.length();
    }

    /// Returns what the manifest says of it if it is sealed, else null.
    public @Nullable Entry sealed() {
        return sealed;
    }

    /// Declares that it is complete, on stable storage, and never changes again.
    ///
    /// @param entry what the manifest says of it
    public void seal(Entry entry) {
        sealed = entry;
    }

    /// Returns the dictionary that the values of a sorted segment are compressed with, or null.
    public @Nullable Dictionary dictionary() {
        return dictionary;
    }

    /// Declares with which dictionary the values of a sorted segment are compressed; null for none.
    /// To be called before they are found.
    public void setDictionary(@Nullable Dictionary used) {
        dictionary = used;
    }

    /// Returns whether it is sealed, and runs list every record of it.
    public boolean isListed() {
        return listed;
    }

    /// Declares that it is sealed, and that runs list every record of it.
    public void setListed() {
        listed = true;
    }

    /// Returns the generation of the store in which its tombstones were last found to be needed, or
    /// -1 (see {@link io.kvs.compaction.Compactor}).
    public long checkedGeneration() {
        return checkedGeneration;
    }

    /// Remembers that all its tombstones were found to be needed.
    public void setCheckedGeneration(long generation) {
        checkedGeneration = generation;
    }

    /// Returns whether a damaged record was found in it; compaction leaves such a segment alone.
    public boolean isDamaged() {
        return damaged;
    }

    /// Remembers that it holds a damaged record.
    public void markDamaged() {
        damaged = true;
    }

    /// Returns the header of the record at `offset`; 0 behind the end of the file.
    public long header(long offset) {
        return offset <= memory.byteSize() - RecordHeader.WORD_BYTES
                ? Words.get(memory, offset)
                : 0;
    }

    /// Brings the start of the record at `offset` nearer to the processor; returns a word of it,
    /// for {@link Words#keep}, or 0 behind the end of the file.
    public long touch(long offset) {
        return header(offset);
    }

    /// Brings the first bytes of the record at `offset` nearer to the processor; returns the sum of
    /// words of them, for {@link Words#keep}.
    ///
    /// @param bytes so many and those of the header; what lies behind the end of the file counts
    ///   for nothing
    public long touch(long offset, int bytes) {
        long end =
                Math.min(offset + RecordHeader.BYTES + bytes, memory.byteSize() - Long.BYTES + 1);
        long words = 0;
        for (long at = offset & -LINE_BYTES; at < end; at += LINE_BYTES) {
            words += Words.get(memory, at);
        }
        return words;
    }

    /// Returns the stored checksum of the record at `offset`; zero while it is unfinished.
    public int checksum(long offset) {
        return Words.getIntAcquire(memory, offset + RecordHeader.CHECKSUM_OFFSET);
    }

    /// Returns the sequence number of the record at `offset`.
    public long sequence(long offset, long header) {
        return RecordHeader.has(header, RecordHeader.EXPLICIT_SEQUENCE)
                ? Words.get(memory, offset + RecordHeader.BYTES)
                : baseSequence + (offset >>> 3);
    }

    /// Returns when the record at `offset` expires, in milliseconds since 1970; {@link
    /// RecordHeader#NEVER} if it does not. Does not verify the record.
    public long expiry(long offset, long header) {
        return RecordHeader.has(header, RecordHeader.EXPIRING) && fits(offset, header)
                ? Words.get(memory, offset + RecordHeader.expiryOffset(header))
                : RecordHeader.NEVER;
    }

    /// Returns whether the record at `offset` has expired. One that is damaged has not: what it
    /// says cannot be relied on, and whoever reads it is to meet the damage.
    public boolean isExpired(long offset, long header, long nowMillis) {
        return expiry(offset, header) <= nowMillis && isWhole(offset);
    }

    /// Returns whether the record at `offset` has this key. Does not verify the record.
    public boolean hasKey(long offset, byte[] key) {
        long header = header(offset);
        if (RecordHeader.keyLength(header) != key.length || !fits(offset, header)) {
            return false;
        }
        long at = offset + RecordHeader.keyOffset(header);
        int i = 0;
        for (; i + 8 <= key.length; i += 8) {
            if (Words.get(memory, at + i) != LittleEndian.getLong(key, i)) {
                return false;
            }
        }
        for (; i < key.length; i++) {
            if (memory.get(JAVA_BYTE, at + i) != key[i]) {
                return false;
            }
        }
        return true;
    }

    /// Returns whether the value of the record at `offset` equals `value`. Does not verify it
    /// unless it is compressed.
    public boolean hasValue(long offset, byte[] value) {
        long header = header(offset);
        if (!fits(offset, header)) {
            return false;
        }
        if (RecordHeader.kind(header) == RecordHeader.COMPRESSED) {
            return Arrays.equals(read(offset, key(offset, header)), value);
        }
        if (RecordHeader.kind(header) != RecordHeader.VALUE
                || RecordHeader.valueLength(header) != value.length) {
            return false;
        }
        long at = offset + RecordHeader.keyOffset(header) + RecordHeader.keyLength(header);
        return MemorySegment.mismatch(
                        memory,
                        at,
                        at + value.length,
                        MemorySegment.ofArray(value),
                        0,
                        value.length)
                < 0;
    }

    /// Returns a copy of the key of the record at `offset`.
    public byte[] key(long offset, long header) {
        byte[] key = new byte[RecordHeader.keyLength(header)];
        copyKey(offset, header, key, 0);
        return key;
    }

    /// Copies the key of the record at `offset` to a place in a buffer; returns its length.
    public int copyKey(long offset, long header, byte[] buffer, int at) {
        int length = RecordHeader.keyLength(header);
        MemorySegment.copy(
                memory, JAVA_BYTE, offset + RecordHeader.keyOffset(header), buffer, at, length);
        return length;
    }

    /// Reads and verifies the record of `key` at `offset`; returns its value, or null for a
    /// tombstone.
    ///
    /// @throws CorruptionException the bytes are not those of a whole record
    /// @throws IllegalStateException it is a record of another key: the pointer is out of date
    public byte @Nullable [] read(long offset, byte[] key) {
        return read(offset, key, 0, key.length);
    }

    /// Does the same for a key that stands in a part of an array.
    public byte @Nullable [] read(long offset, byte[] key, int keyFrom, int keyTo) {
        byte[] stored = readStored(offset, key, keyFrom, keyTo);
        return RecordHeader.kind(header(offset)) == RecordHeader.COMPRESSED && stored != null
                ? decompressed(offset, stored)
                : stored;
    }

    /// Does the same, but returns a compressed value as it is.
    public byte @Nullable [] readStored(long offset, byte[] key) {
        return readStored(offset, key, 0, key.length);
    }

    /// Decompresses the value of the record at `offset`.
    ///
    /// @throws CorruptionException that cannot be done
    public byte[] decompressed(long offset, byte[] stored) {
        Dictionary used = dictionary;
        if (used == null) {
            throw corruption(offset, "a compressed value in a segment without a dictionary");
        }
        try {
            return used.decompress(stored, 0, stored.length);
        } catch (IllegalArgumentException e) {
            throw corruption(offset, "the value cannot be decompressed: " + e.getMessage());
        }
    }

    private byte @Nullable [] readStored(long offset, byte[] key, int keyFrom, int keyTo) {
        long header = header(offset);
        if (!RecordHeader.isEntry(header) || !fits(offset, header)) {
            throw corruption(offset, "no record header here");
        }
        int keyEnd = RecordHeader.keyOffset(header) + RecordHeader.keyLength(header);
        int end = keyEnd + RecordHeader.valueLength(header);
        if (end > BUFFER_BYTES) {
            return readInPieces(offset, header, key, keyFrom, keyTo);
        }
        byte[] buffer = BUFFER.get();
        copy(offset, end, buffer, 0);
        verify(offset, buffer, 0, end);
        if (!Arrays.equals(buffer, RecordHeader.keyOffset(header), keyEnd, key, keyFrom, keyTo)) {
            throw otherKey();
        }
        return RecordHeader.kind(header) == RecordHeader.TOMBSTONE
                ? null
                : Arrays.copyOfRange(buffer, keyEnd, end);
    }

    /// Returns the bytes of the record at `offset` without its padding if its value is in it, to be
    /// copied; 0 if there is no such record.
    public int valueRecordBytes(long offset) {
        long header = header(offset);
        int kind = RecordHeader.kind(header);
        boolean holdsValue = kind == RecordHeader.VALUE || kind == RecordHeader.COMPRESSED;
        return holdsValue && fits(offset, header) ? (int) RecordHeader.unpaddedSize(header) : 0;
    }

    /// Copies `length` bytes of the record at `offset` to a place in an array.
    public void copy(long offset, int length, byte[] target, int at) {
        MemorySegment.copy(memory, JAVA_BYTE, offset, target, at, length);
    }

    /// Verifies a copy, in `[from, to)`, of the record at `offset`.
    ///
    /// @throws CorruptionException the bytes are not those of a whole record
    public void verify(long offset, byte[] copy, int from, int to) {
        long header = LittleEndian.getLong(copy, from);
        if (RecordHeader.unpaddedSize(header) != to - from) {
            throw corruption(offset, "no record header here");
        }
        int stored = LittleEndian.getInt(copy, from + RecordHeader.CHECKSUM_OFFSET);
        int start = from + RecordHeader.BYTES - RecordHeader.WORD_BYTES;
        long covered = LittleEndian.getLong(copy, start);
        // The checksum covers the header in its other form, then what follows the checksum.
        LittleEndian.putLong(copy, start, RecordHeader.unsealed(header));
        int computed = PositionMask.apply(Checksum.of(copy, start, to - start), mask(offset));
        LittleEndian.putLong(copy, start, covered);
        if (stored != computed) {
            throw checksumMismatch(offset, stored, computed);
        }
    }

    /// Copies key and value of the record at `offset`, which lie one behind the other, to a place
    /// in an array, and verifies the record with what was copied.
    ///
    /// @param header its header
    /// @throws CorruptionException the bytes are not those of a whole record
    public void copyContent(long offset, long header, byte[] target, int at) {
        int contentAt = RecordHeader.keyOffset(header);
        int length = RecordHeader.keyLength(header) + RecordHeader.valueLength(header);
        MemorySegment.copy(memory, JAVA_BYTE, offset + contentAt, target, at, length);
        CRC32C crc = beginChecksum(offset, header);
        crc.update(target, at, length);
        check(offset, crc);
    }

    /// Begins the checksum of a record with what comes before its key.
    private CRC32C beginChecksum(long offset, long header) {
        int length = RecordHeader.keyOffset(header);
        byte[] head = BUFFER.get();
        copy(offset, length, head, 0);
        int start = RecordHeader.BYTES - RecordHeader.WORD_BYTES;
        LittleEndian.putLong(head, start, RecordHeader.unsealed(header));
        CRC32C crc = new CRC32C();
        crc.update(head, start, length - start);
        return crc;
    }

    /// Compares the checksum of a record with the one that is stored.
    private void check(long offset, CRC32C crc) {
        int stored = checksum(offset);
        int computed = PositionMask.apply((int) crc.getValue(), mask(offset));
        if (stored != computed) {
            throw checksumMismatch(offset, stored, computed);
        }
    }

    /// Returns the sequence number of the record at `offset`, of which there is a copy.
    public long sequence(long offset, byte[] copy, int from) {
        return RecordHeader.has(LittleEndian.getLong(copy, from), RecordHeader.EXPLICIT_SEQUENCE)
                ? LittleEndian.getLong(copy, from + RecordHeader.BYTES)
                : baseSequence + (offset >>> 3);
    }

    /// Verifies the record or batch at `offset`; returns whether it is whole.
    public boolean isWhole(long offset) {
        long header = header(offset);
        return fits(offset, header) && checksum(offset) == computeChecksum(offset, header);
    }

    /// Returns the checksum that the record at `offset` should have stored.
    public int computeChecksum(long offset, long header) {
        long size = RecordHeader.unpaddedSize(header);
        if (size <= BUFFER_BYTES) {
            byte[] buffer = BUFFER.get();
            MemorySegment.copy(memory, JAVA_BYTE, offset, buffer, 0, (int) size);
            LittleEndian.putLong(buffer, 4, RecordHeader.unsealed(header));
            return PositionMask.apply(Checksum.of(buffer, 4, (int) size - 4), mask(offset));
        }
        CRC32C crc = new CRC32C();
        byte[] piece = new byte[PIECE_BYTES];
        LittleEndian.putLong(piece, 0, RecordHeader.unsealed(header));
        crc.update(piece, 0, RecordHeader.WORD_BYTES);
        long end = offset + size;
        for (long at = offset + RecordHeader.BYTES; at < end; ) {
            int length = (int) Math.min(piece.length, end - at);
            MemorySegment.copy(memory, JAVA_BYTE, at, piece, 0, length);
            crc.update(piece, 0, length);
            at += length;
        }
        return PositionMask.apply((int) crc.getValue(), mask(offset));
    }

    /// Returns whether the header at `offset` is sound and its record lies within the segment.
    public boolean isSound(long offset, long header) {
        if (!fits(offset, header)) {
            return false;
        }
        long fold = 0;
        if (RecordHeader.isEntry(header)) {
            fold = foldKey(offset + RecordHeader.keyOffset(header), RecordHeader.keyLength(header));
        }
        return RecordHeader.isSound(header, fold, mask(offset));
    }

    /// Makes the error for damage at `offset`.
    public CorruptionException corruption(long offset, String problem) {
        return new CorruptionException(path, offset, problem);
    }

    /// Folds a key like {@link RecordHeader#fold}.
    private long foldKey(long at, int length) {
        long folded = 0;
        int i = 0;
        for (; i + 8 <= length; i += 8) {
            folded = Long.rotateLeft(folded, 7) ^ Words.get(memory, at + i);
        }
        long rest = 0;
        for (; i < length; i++) {
            rest = rest << 8 | memory.get(JAVA_BYTE, at + i) & 0xFF;
        }
        return Long.rotateLeft(folded, 7) ^ rest;
    }

    private boolean fits(long offset, long header) {
        return RecordHeader.size(header) <= memory.byteSize() - offset;
    }

    private byte @Nullable [] readInPieces(
            long offset, long header, byte[] key, int keyFrom, int keyTo) {
        byte[] found = key(offset, header);
        byte[] value = new byte[RecordHeader.valueLength(header)];
        long at = offset + RecordHeader.keyOffset(header) + found.length;
        MemorySegment.copy(memory, JAVA_BYTE, at, value, 0, value.length);
        CRC32C crc = beginChecksum(offset, header);
        crc.update(found);
        crc.update(value);
        check(offset, crc);
        if (!Arrays.equals(found, 0, found.length, key, keyFrom, keyTo)) {
            throw otherKey();
        }
        return RecordHeader.kind(header) == RecordHeader.TOMBSTONE ? null : value;
    }

    private static IllegalStateException otherKey() {
        return new IllegalStateException("the record of another key");
    }

    private CorruptionException checksumMismatch(long offset, int stored, int computed) {
        return corruption(
                offset,
                "stored checksum "
                        + Integer.toHexString(stored)
                        + ", computed "
                        + Integer.toHexString(computed));
    }
}
