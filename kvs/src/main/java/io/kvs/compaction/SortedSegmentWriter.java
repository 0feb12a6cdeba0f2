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
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Writes a sorted segment, the output of a compaction.
///
/// The records keep their sequence numbers. Nothing is valid before {@link #finish}, which puts the
/// file on stable storage.
final class SortedSegmentWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = Disk.LARGE_PAGE_BYTES + (256 << 10);

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

    /// Adds a value, or a tombstone for a null; returns its offset.
    ///
    /// @param expiryMillis when the value expires, or {@link RecordHeader#NEVER}
    /// @param kind what it is; of a compressed value, what stands for it is given
    long add(byte[] key, byte @Nullable [] value, long sequence, long expiryMillis, int kind)
            throws IOException {
        byte[] content = value == null ? NOTHING : value;
        int flags = RecordHeader.EXPLICIT_SEQUENCE;
        if (expiryMillis != RecordHeader.NEVER) {
            flags |= RecordHeader.EXPIRING;
        }
        long header = RecordHeader.entry(kind, flags, key.length, content.length);
        long offset = end();
        long size = RecordHeader.size(header);
        if (size > buffer.length - buffered) {
            makeRoom(size);
        }
        if (size > buffer.length) {
            addLarge(header, key, content, sequence, expiryMillis, offset);
        } else {
            int start = buffered;
            int valueStart = putHead(header, key, sequence, expiryMillis, start);
            System.arraycopy(content, 0, buffer, valueStart, content.length);
            int end = valueStart + content.length;
            int crc = Checksum.of(buffer, start + 4, end - start - 4);
            seal(header, key, crc, start, offset);
            for (buffered = end; buffered < start + size; buffered++) {
                buffer[buffered] = 0;
            }
        }
        sequenceMin = Math.min(sequenceMin, sequence);
        sequenceMax = Math.max(sequenceMax, sequence);
        return offset;
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

    private void addLarge(
            long header, byte[] key, byte[] value, long sequence, long expiryMillis, long offset)
            throws IOException {
        int valueStart = putHead(header, key, sequence, expiryMillis, 0);
        CRC32C crc = new CRC32C();
        crc.update(buffer, 4, valueStart - 4);
        crc.update(value);
        seal(header, key, (int) crc.getValue(), 0, offset);
        file.write(flushed, buffer, 0, valueStart);
        file.write(flushed + valueStart, value, 0, value.length);
        int unpadded = valueStart + value.length;
        int padding = (int) (RecordHeader.size(header) - unpadded);
        file.write(flushed + unpadded, new byte[8], 0, padding);
        flushed += RecordHeader.size(header);
    }

    /// Puts everything before the value into the buffer, the header where the checksum starts.
    private int putHead(long header, byte[] key, long sequence, long expiryMillis, int start) {
        LittleEndian.putLong(buffer, start + 4, header);
        LittleEndian.putLong(buffer, start + RecordHeader.BYTES, sequence);
        if (RecordHeader.has(header, RecordHeader.EXPIRING)) {
            LittleEndian.putLong(buffer, start + RecordHeader.expiryOffset(header), expiryMillis);
        }
        int keyStart = start + RecordHeader.keyOffset(header);
        System.arraycopy(key, 0, buffer, keyStart, key.length);
        return keyStart + key.length;
    }

    private void seal(long header, byte[] key, int crc, int start, long offset) {
        long mask = PositionMask.of(salt, offset);
        long fold = RecordHeader.fold(key, 0, key.length);
        LittleEndian.putLong(buffer, start, RecordHeader.sealed(header, fold, mask));
        LittleEndian.putInt(
                buffer, start + RecordHeader.CHECKSUM_OFFSET, PositionMask.apply(crc, mask));
    }

    /// Has the buffer grow as far as it may; if that is not enough, writes a large page of what is
    /// in it, or else all.
    private void makeRoom(long size) throws IOException {
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
