package io.kvs.segment;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.kvs.EntryTooLargeException;
import io.kvs.WriteBatch;
import io.kvs.format.Checksum;
import io.kvs.format.PositionMask;
import io.kvs.format.RecordHeader;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The records of a batch inside one frame: its checksum covers them all, so that recovery finds
/// the batch whole or not at all, and each has a checksum of its own, so that a read need not see
/// the rest.
public final class BatchFrame {
    /// The largest frame: its records must all start within the reach of a {@link LogPointer}.
    public static final int BYTES_MAX = (int) LogPointer.OFFSET_BOUND_BYTES - (64 << 10);

    private final List<WriteBatch.Operation> operations;
    private final int flags;
    private final int bodyBytes;
    private final long[] offsets;

    /// Lays out a frame.
    ///
    /// @param operations the operations, in order
    /// @param flags flags of the frame and of its records
    /// @throws EntryTooLargeException the frame exceeds {@link #BYTES_MAX}
    public BatchFrame(List<WriteBatch.Operation> operations, int flags) {
        this.operations = operations;
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

    /// Writes everything but header and checksum of the frame.
    void writeTo(Segment segment, long frame) {
        MemorySegment memory = segment.memory();
        Words.setIntRelease(memory, frame + RecordHeader.BYTES, operations.size());
        for (int i = 0; i < offsets.length; i++) {
            WriteBatch.Operation operation = operations.get(i);
            long at = frame + offsets[i];
            long mask = segment.mask(at);
            long header = header(operation);
            byte[] key = operation.key();
            byte[] value = valueOf(operation.value());
            MemorySegment.copy(key, 0, memory, JAVA_BYTE, at + RecordHeader.BYTES, key.length);
            MemorySegment.copy(
                    value,
                    0,
                    memory,
                    JAVA_BYTE,
                    at + RecordHeader.BYTES + key.length,
                    value.length);
            Words.setIntRelease(
                    memory,
                    at + RecordHeader.CHECKSUM_OFFSET,
                    PositionMask.apply(Checksum.ofRecord(header, key, value), mask));
            Words.set(
                    memory,
                    at,
                    RecordHeader.sealed(header, RecordHeader.fold(key, 0, key.length), mask));
        }
    }

    private long header(WriteBatch.Operation operation) {
        byte @Nullable [] value = operation.value();
        return value == null
                ? RecordHeader.entry(RecordHeader.TOMBSTONE, flags, operation.key().length, 0)
                : RecordHeader.entry(
                        RecordHeader.VALUE, flags, operation.key().length, value.length);
    }

    private static byte[] valueOf(byte @Nullable [] value) {
        return value == null ? new byte[0] : value;
    }
}
