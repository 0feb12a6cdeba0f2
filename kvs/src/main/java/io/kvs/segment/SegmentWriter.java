package io.kvs.segment;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.kvs.format.Checksum;
import io.kvs.format.LittleEndian;
import io.kvs.format.PositionMask;
import io.kvs.format.RecordHeader;
import io.kvs.format.SegmentHeader;
import io.kvs.io.MappedFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Appends records to the active segment; any number of threads at once, without a lock.
///
/// How it works. The header word of the next record is the reservation: whoever puts a header over
/// the zero at the tail by compare-and-set owns the space that the header's lengths describe, and
/// the tail moves behind it. A writer that finds the word taken moves the tail on for the other
/// one, so nobody waits. Payload is copied afterwards, side by side, and the checksum, stored last
/// with release, completes the record. A writer killed anywhere leaves either nothing or a gap of
/// known length.
///
/// Invariants: the tail is always the start of a record or of free, zeroed space; behind an {@link
/// RecordHeader#END} nothing is reserved.
public final class SegmentWriter {
    /// A part is due to be listed by a run of its own after such a share of the segment, but not
    /// after more than so many bytes: small segments get runs of parts like large ones, and large
    /// parts would make the replay after a kill long.
    private static final int PARTS = 4;

    private static final long PART_MAX_BYTES = 4 << 20;

    /// Records up to this size are put together in a buffer of the thread.
    private static final int BUFFER_BYTES = 4096;

    private static final ThreadLocal<byte[]> BUFFER =
            ThreadLocal.withInitial(() -> new byte[BUFFER_BYTES]);
    private static final byte[] NOTHING = {};
    private static final VarHandle TAIL;

    static {
        try {
            TAIL = MethodHandles.lookup().findVarHandle(SegmentWriter.class, "tail", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Segment segment;
    private final MappedFile file;
    private final MemorySegment memory;
    private final long capacity;
    private final long inheritedEnd;
    private final long removalLimit;
    private final long valueLimit;

    @SuppressWarnings("unused") // through TAIL
    private volatile long tail;

    /// Bytes known to be on stable storage, from the start of the file; guarded by the sync leader.
    private long synced;

    /// The first offset at which another part is due. A race between writers costs nothing.
    private long nextPart;

    /// Guarded by this.
    private boolean closed;

    /// Makes a writer of a segment that nobody else has written to, which appends at `tail`.
    ///
    /// @param segment the segment; zero from `tail` to its end
    /// @param file a mapping of its file to write through, as large as that of the segment
    /// @param tail where the first record goes
    /// @param synced up to where the content is on stable storage
    /// @param capacity the size that the file had while it was written to, or has now
    public SegmentWriter(Segment segment, MappedFile file, long tail, long synced, long capacity) {
        this(segment, file, tail, synced, capacity, 0);
    }

    /// Makes a writer that goes on where another process has ended.
    ///
    /// @param inheritedEnd where that process has ended
    public SegmentWriter(
            Segment segment,
            MappedFile file,
            long tail,
            long synced,
            long capacity,
            long inheritedEnd) {
        this.inheritedEnd = inheritedEnd;
        this.segment = segment;
        this.file = file;
        this.capacity = capacity;
        this.memory = file.memory();
        this.tail = tail;
        this.nextPart = tail + partBytes();
        this.synced = synced;
        this.removalLimit = memory.byteSize() - RecordHeader.WORD_BYTES;
        this.valueLimit = removalLimit - memory.byteSize() / 16;
    }

    /// Returns the smallest capacity of a segment that takes a value record or batch of `size`
    /// bytes.
    public static long capacityFor(long size) {
        long needed = SegmentHeader.BYTES + size + RecordHeader.WORD_BYTES;
        return RecordHeader.padded(needed + needed / 15 + 8);
    }

    /// Returns, once for each part, whether a record at `offset` goes beyond it.
    public boolean isPartDue(long offset) {
        if (offset < nextPart) {
            return false;
        }
        nextPart = offset + partBytes();
        return true;
    }

    /// Returns after how many bytes another part of the segment is due to be listed by a run.
    public long partBytes() {
        return Math.min(capacity / PARTS, PART_MAX_BYTES);
    }

    /// Returns whether the file was cut when the store was closed, and would have more room.
    public boolean isCut() {
        return capacity > memory.byteSize();
    }

    /// Returns whether half of its room has been used.
    public boolean isHalfFull() {
        return 2 * tail >= capacity;
    }

    /// Returns the size of the file when it has all its room.
    public long capacity() {
        return capacity;
    }

    /// Returns the segment.
    public Segment segment() {
        return segment;
    }

    /// Returns where the next record goes.
    public long tail() {
        return tail;
    }

    /// Returns the offset behind the end mark of a segment that is ended.
    public long endOfMark() {
        return Math.min(tail + RecordHeader.WORD_BYTES, memory.byteSize());
    }

    /// Returns the sequence number of the next record.
    public long tailSequence() {
        return segment.baseSequence() + (tail >>> 3);
    }

    /// Returns up to where the content is on stable storage.
    public long synced() {
        return synced;
    }

    /// Returns up to where another process has written, or 0.
    public long inheritedEnd() {
        return inheritedEnd;
    }

    /// Puts everything before `offset` on stable storage, and remembers that, also in the segment's
    /// header; does nothing and returns false if the mapping is closed.
    public synchronized boolean sync(long offset) throws IOException {
        if (closed) {
            return false;
        }
        file.sync(synced, offset);
        synced = offset;
        Words.setRelease(
                memory,
                SegmentHeader.SYNCED_OFFSET,
                SegmentHeader.syncedWord(offset, segment.salt()));
        return true;
    }

    /// Remembers that the file was put on stable storage up to `offset` in another way.
    public void setSynced(long offset) {
        synced = offset;
    }

    /// Closes the mapping that is written through. To be called when the segment is ended and every
    /// record in it complete.
    public synchronized void close() {
        closed = true;
        file.close();
    }

    /// Appends a value; returns its offset, or -1 if it does not fit any more.
    ///
    /// @param expiryMillis when it expires, or {@link RecordHeader#NEVER}
    public long appendValue(byte[] key, byte[] value, long expiryMillis, int flags) {
        return append(
                RecordHeader.value(flags, key.length, value.length, expiryMillis),
                expiryMillis,
                key,
                value,
                valueLimit);
    }

    /// Appends a tombstone; returns its offset, or -1 if it does not fit any more. Tombstones may
    /// use the last sixteenth of the segment, so that removals go on when the disk is full.
    public long appendTombstone(byte[] key, int flags) {
        return append(
                RecordHeader.entry(RecordHeader.TOMBSTONE, flags, key.length, 0),
                RecordHeader.NEVER,
                key,
                NOTHING,
                removalLimit);
    }

    /// Appends a batch; returns its offset, or -1 if it does not fit any more.
    ///
    /// @param frame the whole batch as {@link BatchFrame} builds it
    public long appendBatch(BatchFrame frame) {
        long header = RecordHeader.batch(frame.flags(), frame.bodyBytes());
        long offset = reserve(header, 0, RecordHeader.size(header), valueLimit);
        if (offset >= 0) {
            try {
                publish(offset, frame.writeTo(segment, memory, offset));
            } catch (Throwable e) {
                abandon(offset, frame.size());
                throw e;
            }
        }
        return offset;
    }

    /// Ends the segment: nothing can be reserved afterwards. Returns the end of its records.
    public long end() {
        while (true) {
            long at = tail;
            if (at > removalLimit) {
                return at; // The file was cut when the store was closed: it has no room at all.
            }
            long seen =
                    Words.putIfZero(
                            memory,
                            at,
                            RecordHeader.sealed(RecordHeader.end(), 0, segment.mask(at)));
            if (seen == 0 || RecordHeader.kind(seen) == RecordHeader.END) {
                return at;
            }
            TAIL.compareAndSet(this, at, at + RecordHeader.size(seen));
        }
    }

    /// Waits until every record before `end` is complete.
    ///
    /// A writer completes its record in microseconds unless its thread is not running; so this
    /// spins a little and then gives the processor away.
    @SuppressWarnings("ThreadPriorityCheck") // the writer may be waiting for this processor
    public void awaitComplete(long end) {
        for (long at = Math.max(synced, SegmentHeader.BYTES); at < end; ) {
            for (int spins = 0; isUnfinished(at); spins++) {
                if (spins < 100) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
            }
            at += RecordHeader.size(segment.header(at));
        }
    }

    private boolean isUnfinished(long offset) {
        return switch (RecordHeader.kind(segment.header(offset))) {
            case RecordHeader.GAP, RecordHeader.END -> false;
            default -> segment.checksum(offset) == 0;
        };
    }

    private long append(long header, long expiryMillis, byte[] key, byte[] value, long limit) {
        long size = RecordHeader.size(header);
        boolean small = size <= BUFFER_BYTES;
        byte[] buffer = BUFFER.get();
        int end = small ? putTogether(header, expiryMillis, key, value, buffer) : 0;
        int crc =
                small
                        ? Checksum.of(buffer, 0, end)
                        : Checksum.ofRecord(header, expiryMillis, key, value);
        long offset = reserve(header, RecordHeader.fold(key, 0, key.length), size, limit);
        if (offset >= 0) {
            try {
                if (small) {
                    int from = RecordHeader.WORD_BYTES;
                    long at = offset + RecordHeader.expiryOffset(header);
                    MemorySegment.copy(buffer, from, memory, JAVA_BYTE, at, end - from);
                } else {
                    copyParts(header, expiryMillis, key, value, offset);
                }
                publish(offset, crc);
            } catch (Throwable e) {
                abandon(offset, size);
                throw e;
            }
        }
        return offset;
    }

    /// Puts a small record together as it is to be, but for its checksum: one long update of that,
    /// and one long copy, are faster than three. Returns its end in the buffer.
    private static int putTogether(
            long header, long expiryMillis, byte[] key, byte[] value, byte[] buffer) {
        LittleEndian.putLong(buffer, 0, header);
        // Without a branch: where the record does not expire, what follows takes this place.
        LittleEndian.putLong(buffer, RecordHeader.WORD_BYTES, expiryMillis);
        int expiryBytes = RecordHeader.keyOffset(header) - RecordHeader.expiryOffset(header);
        int keyStart = RecordHeader.WORD_BYTES + expiryBytes;
        int valueStart = keyStart + key.length;
        System.arraycopy(key, 0, buffer, keyStart, key.length);
        System.arraycopy(value, 0, buffer, valueStart, value.length);
        return valueStart + value.length;
    }

    /// Copies the parts of a large record to their places.
    private void copyParts(long header, long expiryMillis, byte[] key, byte[] value, long offset) {
        if (RecordHeader.has(header, RecordHeader.EXPIRING)) {
            Words.setUnaligned(memory, offset + RecordHeader.expiryOffset(header), expiryMillis);
        }
        long at = offset + RecordHeader.keyOffset(header);
        MemorySegment.copy(key, 0, memory, JAVA_BYTE, at, key.length);
        MemorySegment.copy(value, 0, memory, JAVA_BYTE, at + key.length, value.length);
    }

    private long reserve(long header, long fold, long size, long limit) {
        while (true) {
            long at = tail;
            if (at + size > limit || at >= LogPointer.OFFSET_BOUND_BYTES) {
                return -1;
            }
            long seen =
                    Words.putIfZero(
                            memory, at, RecordHeader.sealed(header, fold, segment.mask(at)));
            if (seen == 0) {
                TAIL.compareAndSet(this, at, at + size);
                return at;
            }
            if (RecordHeader.kind(seen) == RecordHeader.END) {
                return -1;
            }
            TAIL.compareAndSet(this, at, at + RecordHeader.size(seen));
        }
    }

    /// Turns a reservation that cannot be used, for instance for want of memory, into a gap: nobody
    /// is to wait for its record.
    private void abandon(long offset, long size) {
        Words.setRelease(
                memory,
                offset,
                RecordHeader.sealed(RecordHeader.gap(size), 0, segment.mask(offset)));
    }

    private void publish(long offset, int crc) {
        Words.setIntRelease(
                memory,
                offset + RecordHeader.CHECKSUM_OFFSET,
                PositionMask.apply(crc, segment.mask(offset)));
    }
}
