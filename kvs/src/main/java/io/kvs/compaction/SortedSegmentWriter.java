package io.kvs.compaction;

import io.kvs.format.Checksum;
import io.kvs.format.FileNames;
import io.kvs.format.LittleEndian;
import io.kvs.format.Manifest.Entry;
import io.kvs.format.PositionMask;
import io.kvs.format.RecordHeader;
import io.kvs.format.SegmentHeader;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import io.kvs.run.KeyBuffer;
import io.kvs.segment.Segment;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Writes a sorted segment, the output of a compaction.
///
/// The records keep their sequence numbers. Nothing is valid before {@link #finish}, which puts the
/// file on stable storage.
final class SortedSegmentWriter implements AutoCloseable {
    /// The largest record that is copied through the buffer, and not read first.
    static final int COPIED_BYTES_MAX = 256 << 10;

    /// A large page is written at a time, and the largest such record still fits in.
    private static final int BUFFER_BYTES =
            Disk.LARGE_PAGE_BYTES + COPIED_BYTES_MAX + RecordHeader.SEQUENCE_BYTES;

    /// The buffer starts with room for a small segment, and grows.
    private static final int BUFFER_MIN_BYTES = 16 << 10;

    private static final byte[] NOTHING = {};

    private final Disk disk;
    private final long storeId;
    private final long id;
    private final long salt;
    private final DiskFile file;
    private byte[] buffer = new byte[BUFFER_MIN_BYTES];
    private int buffered;
    private long flushed;
    private long sequenceMin = Long.MAX_VALUE;
    private long sequenceMax;

    SortedSegmentWriter(Disk disk, long storeId, long id) throws IOException {
        this.disk = disk;
        this.storeId = storeId;
        this.id = id;
        this.salt = PositionMask.salt(storeId, id);
        this.file = disk.create(FileNames.segment(id));
        this.buffered = SegmentHeader.BYTES;
    }

    long id() {
        return id;
    }

    long salt() {
        return salt;
    }

    /// Returns where the next record goes.
    long end() {
        return flushed + buffered;
    }

    /// Adds a copy of the record of a value in another segment, which is verified, with its
    /// sequence number; returns its offset.
    ///
    /// @param from where it lies there
    /// @param header its header there; the record takes at most {@link #COPIED_BYTES_MAX}
    /// @param key the key that it is to have
    /// @throws io.kvs.CorruptionException it is damaged, or one of another key; nothing was added
    long copy(Segment source, long from, long header, KeyBuffer key) throws IOException {
        long expiryMillis = source.expiry(from, header);
        int keyLength = RecordHeader.keyLength(header);
        int valueLength = RecordHeader.valueLength(header);
        long copied = header(RecordHeader.kind(header), keyLength, valueLength, expiryMillis);
        long size = RecordHeader.size(copied);
        makeRoom(size);
        long sequence = source.sequence(from, header);
        int keyStart = putHead(copied, sequence, expiryMillis);
        source.copyContent(from, header, buffer, keyStart);
        if (key.compareTo(buffer, keyStart, keyStart + keyLength) != 0) {
            throw source.corruption(from, "the record of another key");
        }
        return complete(copied, sequence);
    }

    /// Adds a value, or a tombstone for a null; returns its offset.
    ///
    /// @param expiryMillis when the value expires, or {@link RecordHeader#NEVER}
    /// @param kind what it is; of a compressed value, what stands for it is given
    long add(byte[] key, byte @Nullable [] value, long sequence, long expiryMillis, int kind)
            throws IOException {
        byte[] content = value == null ? NOTHING : value;
        long header = header(kind, key.length, content.length, expiryMillis);
        long size = RecordHeader.size(header);
        makeRoom(size);
        int keyStart = putHead(header, sequence, expiryMillis);
        System.arraycopy(key, 0, buffer, keyStart, key.length);
        if (size > buffer.length) {
            return addLarge(header, content, sequence);
        }
        System.arraycopy(content, 0, buffer, keyStart + key.length, content.length);
        return complete(header, sequence);
    }

    /// Puts the segment on stable storage; returns the manifest entry.
    ///
    /// @param rank the rank of all segments of the compaction
    /// @param dictionary the id of the dictionary that values are compressed with, or 0
    Entry finish(long rank, long dictionary) throws IOException {
        flush(buffered);
        byte[] header = new SegmentHeader(storeId, id, true, sequenceMin, flushed, 0).encode();
        file.write(0, header, 0, header.length);
        file.sync();
        file.close();
        return new Entry(id, true, true, sequenceMin, flushed, sequenceMax, rank, dictionary);
    }

    /// Removes the file after a failure. It must be closed.
    void discard() throws IOException {
        disk.delete(FileNames.segment(id));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static long header(int kind, int keyLength, int valueLength, long expiryMillis) {
        int flags = RecordHeader.EXPLICIT_SEQUENCE;
        if (expiryMillis != RecordHeader.NEVER) {
            flags |= RecordHeader.EXPIRING;
        }
        return RecordHeader.entry(kind, flags, keyLength, valueLength);
    }

    /// Puts everything before the key behind what is in the buffer, the header where the checksum
    /// starts; returns where the key goes.
    private int putHead(long header, long sequence, long expiryMillis) {
        int start = buffered;
        LittleEndian.putLong(buffer, start + 4, header);
        LittleEndian.putLong(buffer, start + RecordHeader.BYTES, sequence);
        if (RecordHeader.has(header, RecordHeader.EXPIRING)) {
            LittleEndian.putLong(buffer, start + RecordHeader.expiryOffset(header), expiryMillis);
        }
        return start + RecordHeader.keyOffset(header);
    }

    /// Completes the record behind what is in the buffer; returns its offset.
    private long complete(long header, long sequence) {
        int start = buffered;
        long offset = end();
        int end = start + (int) RecordHeader.unpaddedSize(header);
        seal(header, Checksum.of(buffer, start + 4, end - start - 4));
        int padded = start + (int) RecordHeader.size(header);
        for (buffered = end; buffered < padded; buffered++) {
            buffer[buffered] = 0;
        }
        count(sequence);
        return offset;
    }

    /// Writes a record of which what comes before the value is all that is in the buffer.
    private long addLarge(long header, byte[] value, long sequence) throws IOException {
        long offset = end();
        int valueStart = RecordHeader.keyOffset(header) + RecordHeader.keyLength(header);
        CRC32C crc = new CRC32C();
        crc.update(buffer, 4, valueStart - 4);
        crc.update(value);
        seal(header, (int) crc.getValue());
        file.write(flushed, buffer, 0, valueStart);
        file.write(flushed + valueStart, value, 0, value.length);
        int unpadded = valueStart + value.length;
        int padding = (int) (RecordHeader.size(header) - unpadded);
        file.write(flushed + unpadded, new byte[8], 0, padding);
        flushed += RecordHeader.size(header);
        count(sequence);
        return offset;
    }

    /// Puts header and checksum into the record behind what is in the buffer.
    private void seal(long header, int crc) {
        int start = buffered;
        int keyStart = start + RecordHeader.keyOffset(header);
        long mask = PositionMask.of(salt, end());
        long fold = RecordHeader.fold(buffer, keyStart, RecordHeader.keyLength(header));
        LittleEndian.putLong(buffer, start, RecordHeader.sealed(header, fold, mask));
        LittleEndian.putInt(
                buffer, start + RecordHeader.CHECKSUM_OFFSET, PositionMask.apply(crc, mask));
    }

    private void count(long sequence) {
        sequenceMin = Math.min(sequenceMin, sequence);
        sequenceMax = Math.max(sequenceMax, sequence);
    }

    /// Where there is no room for a record, has the buffer grow as far as it may; if that is not
    /// enough, writes a large page of what is in it, or else all.
    private void makeRoom(long size) throws IOException {
        if (size <= buffer.length - buffered) {
            return;
        }
        if (buffer.length < BUFFER_BYTES) {
            long wanted = Long.highestOneBit(2 * (buffered + size));
            buffer = Arrays.copyOf(buffer, (int) Math.min(wanted, BUFFER_BYTES));
        }
        int page = Disk.LARGE_PAGE_BYTES - (int) (flushed % Disk.LARGE_PAGE_BYTES);
        if (size > buffer.length - buffered && page <= buffered) {
            flush(page);
        }
        if (size > buffer.length - buffered) {
            flush(buffered);
        }
    }

    /// Writes the first bytes of the buffer.
    private void flush(int count) throws IOException {
        file.write(flushed, buffer, 0, count);
        flushed += count;
        buffered -= count;
        System.arraycopy(buffer, count, buffer, 0, buffered);
    }
}
