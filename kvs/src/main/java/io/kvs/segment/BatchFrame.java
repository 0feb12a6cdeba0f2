package io.kvs.segment;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.kvs.EntryTooLargeException;
import io.kvs.TimeToLive;
import io.kvs.WriteBatch;
import io.kvs.format.Checksum;
import io.kvs.format.LittleEndian;
import io.kvs.format.PositionMask;
import io.kvs.format.RecordHeader;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The records of a batch inside one frame: its checksum covers them all, so that recovery finds
/// the batch whole or not at all, and each has a checksum of its own, so that a read need not see
/// the rest.
public final class BatchFrame {
    /// The largest frame: its records must all start within the reach of a {@link LogPointer}.
    public static final int BYTES_MAX = (int) LogPointer.OFFSET_BOUND_BYTES - (64 << 10);

    private static final int BUFFER_BYTES = 64 << 10;
    private static final ThreadLocal<byte[]> BUFFER =
            ThreadLocal.withInitial(() -> new byte[BUFFER_BYTES]);

    private final List<WriteBatch.Operation> operations;
    private final int flags;
    private final long nowMillis;
    private final int bodyBytes;
    private final long[] offsets;

    /// Lays out a frame.
    ///
    /// @param operations the operations, in order
    /// @param flags flags of the frame and of its records
    /// @param nowMillis when the times to live begin
    /// @throws EntryTooLargeException the frame exceeds {@link #BYTES_MAX}
    public BatchFrame(List<WriteBatch.Operation> operations, int flags, long nowMillis) {
        this.operations = operations;
        this.nowMillis = nowMillis;
        this.flags = flags;
        this.offsets = new long[operations.size()];
        long bytes = 0;
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = RecordHeader.BATCH_BYTES + bytes;
            bytes += RecordHeader.size(header(operations.get(i)));
        }
        if (RecordHeader.BATCH_BYTES + bytes > BYTES_MAX) {
            throw new EntryTooLargeException(
                    "the batch", RecordHeader.BATCH_BYTES + bytes, BYTES_MAX);
        }
        this.bodyBytes = (int) bytes;
    }

    /// Returns the flags.
    public int flags() {
        return flags;
    }

    /// Returns the bytes of all records.
    public int bodyBytes() {
        return bodyBytes;
    }

    /// Returns the bytes of the whole frame.
    public long size() {
        return RecordHeader.BATCH_BYTES + (long) bodyBytes;
    }

    /// Returns the offset of record `index` from the start of the frame.
    public long offset(int index) {
        return offsets[index];
    }

    /// Writes everything but header and checksum of the frame; returns the checksum of all, as it
    /// is before it is tied to its place.
    ///
    /// @param memory where to write, the mapping of `segment`
    int writeTo(Segment segment, MemorySegment memory, long frame) {
        byte[] buffer = BUFFER.get();
        CRC32C crc = new CRC32C();
        LittleEndian.putLong(buffer, 0, RecordHeader.batch(flags, bodyBytes));
        crc.update(buffer, 0, RecordHeader.WORD_BYTES);
        LittleEndian.putInt(buffer, 0, operations.size());
        int buffered = Integer.BYTES;
        long flushed = frame + RecordHeader.BYTES;
        for (int i = 0; i < offsets.length; i++) {
            WriteBatch.Operation operation = operations.get(i);
            long at = frame + offsets[i];
            int size = (int) RecordHeader.size(header(operation));
            if (size > buffer.length - buffered) {
                flush(buffer, buffered, memory, flushed, crc);
                buffered = 0;
                flushed = at;
            }
            if (size <= buffer.length) {
                encode(operation, buffer, buffered, segment.mask(at));
                buffered += size;
            } else {
                byte[] record = new byte[size];
                encode(operation, record, 0, segment.mask(at));
                flush(record, size, memory, at, crc);
                flushed = at + size;
            }
        }
        flush(buffer, buffered, memory, flushed, crc);
        return (int) crc.getValue();
    }

    private static void flush(byte[] bytes, int length, MemorySegment memory, long at, CRC32C crc) {
        crc.update(bytes, 0, length);
        MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, at, length);
    }

    /// Puts a whole record at `start`; its checksum is taken with the header where the checksum
    /// will be.
    private void encode(WriteBatch.Operation operation, byte[] target, int start, long mask) {
        long header = header(operation);
        byte[] key = operation.key();
        byte[] value = valueOf(operation.value());
        LittleEndian.putLong(target, start + 4, header);
        if (RecordHeader.has(header, RecordHeader.EXPIRING)) {
            int at = start + RecordHeader.expiryOffset(header);
            LittleEndian.putLong(target, at, expiryMillis(operation));
        }
        int keyStart = start + RecordHeader.keyOffset(header);
        int valueStart = keyStart + key.length;
        System.arraycopy(key, 0, target, keyStart, key.length);
        System.arraycopy(value, 0, target, valueStart, value.length);
        int end = valueStart + value.length;
        int crc = Checksum.of(target, start + 4, end - start - 4);
        LittleEndian.putLong(
                target,
                start,
                RecordHeader.sealed(header, RecordHeader.fold(key, 0, key.length), mask));
        LittleEndian.putInt(
                target, start + RecordHeader.CHECKSUM_OFFSET, PositionMask.apply(crc, mask));
        Arrays.fill(target, end, start + (int) RecordHeader.size(header), (byte) 0);
    }

    private long header(WriteBatch.Operation operation) {
        byte @Nullable [] value = operation.value();
        return value == null
                ? RecordHeader.entry(RecordHeader.TOMBSTONE, flags, operation.key().length, 0)
                : RecordHeader.value(
                        flags, operation.key().length, value.length, expiryMillis(operation));
    }

    private long expiryMillis(WriteBatch.Operation operation) {
        Duration timeToLive = operation.timeToLive();
        return timeToLive == null
                ? RecordHeader.NEVER
                : TimeToLive.expiryMillis(timeToLive, nowMillis);
    }

    private static byte[] valueOf(byte @Nullable [] value) {
        return value == null ? new byte[0] : value;
    }
}
