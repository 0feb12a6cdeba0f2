package io.kvs.oneshot;

import io.kvs.StoreFailedException;
import io.kvs.StoreIoException;
import io.kvs.format.Checksum;
import io.kvs.format.FileNames;
import io.kvs.format.LittleEndian;
import io.kvs.format.Manifest;
import io.kvs.format.Manifest.Entry;
import io.kvs.format.PositionMask;
import io.kvs.format.RecordHeader;
import io.kvs.format.SegmentHeader;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import io.kvs.segment.LogPointer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The segment that the next record goes to, from where runs do not list it any more: its tail.
///
/// The tail is read whole and must be in order: nothing but whole records, then nothing but zeros.
/// An append writes the header of the record last. Whoever is killed before leaves a zero header
/// with something behind it, which opening the store cuts off; no other order is as safe, since a
/// kill can end a write(2) at any page.
final class OpenSegment {
    /// With a longer tail it is time to open the store, which makes a run of it.
    private static final int TAIL_BYTES_MAX = 256 << 10;

    private final Disk disk;
    private final String name;
    private final SegmentHeader header;
    private final long salt;
    private final long fileBytes;

    /// The records before this offset are on stable storage.
    private final long durable;

    /// Where the records end.
    private final long end;

    private @Nullable Found found;

    private OpenSegment(
            Disk disk,
            SegmentHeader header,
            long durable,
            long fileBytes,
            long covered,
            HeapRecords tail,
            byte[] key)
            throws NotSimpleException {
        this.disk = disk;
        this.name = FileNames.segment(header.segmentId());
        this.header = header;
        this.salt = PositionMask.salt(header.storeId(), header.segmentId());
        this.fileBytes = fileBytes;
        this.durable = durable;
        this.end = walk(tail, covered, key);
        if (end < durable || !tail.isZeroFrom(end)) {
            throw new NotSimpleException("records are missing");
        }
        if (end > covered && !isOfThisBoot()) {
            throw new NotSimpleException("the tail was written before the system was restarted");
        }
    }

    /// Reads what is needed to find a key and to append.
    ///
    /// @param entry the only entry of the manifest that is not sealed
    /// @param covered up to where runs list its records
    static OpenSegment read(Disk disk, Manifest manifest, Entry entry, long covered, byte[] key)
            throws IOException, NotSimpleException {
        long storeId = manifest.storeId();
        byte[] head = new byte[SegmentHeader.BYTES];
        byte[] tail;
        try (DiskFile file = disk.open(FileNames.segment(entry.id()), Disk.Access.READ)) {
            long size = file.size();
            if (size < entry.length() || size < covered || size % RecordHeader.WORD_BYTES != 0) {
                throw new NotSimpleException("the segment is too short");
            }
            if (size - covered > TAIL_BYTES_MAX) {
                throw new NotSimpleException("the tail is long");
            }
            tail = new byte[(int) (size - covered)];
            if (file.read(0, head, 0, head.length) < head.length
                    || file.read(covered, tail, 0, tail.length) < tail.length) {
                throw new NotSimpleException("the segment is too short");
            }
        }
        SegmentHeader header = SegmentHeader.decode(head);
        if (header == null
                || header.storeId() != storeId
                || header.segmentId() != entry.id()
                || header.sorted()
                || header.baseSequence() != manifest.tailSequence()) {
            throw new NotSimpleException("the segment is unused, damaged, or of another store");
        }
        long salt = PositionMask.salt(storeId, entry.id());
        long word = LittleEndian.getLong(head, SegmentHeader.SYNCED_OFFSET);
        long durable = Math.max(covered, SegmentHeader.syncedOffset(word, salt));
        return new OpenSegment(
                disk,
                header,
                durable,
                covered + tail.length,
                covered,
                new HeapRecords(tail, covered, salt),
                key);
    }

    /// Returns the newest record of the key in the tail, or null.
    @Nullable Found found() {
        return found;
    }

    /// Appends a record.
    ///
    /// @param kind {@link RecordHeader#VALUE} or {@link RecordHeader#TOMBSTONE}
    /// @param sync whether it must be on stable storage on return
    /// @throws NotSimpleException nothing was written
    /// @throws StoreIoException it could not be written
    /// @throws StoreFailedException it was written, and whether it is on stable storage is unknown
    void append(int kind, byte[] key, byte[] value, boolean sync)
            throws IOException, NotSimpleException {
        long record = RecordHeader.entry(kind, 0, key.length, value.length);
        long size = RecordHeader.size(record);
        long limit = header.capacity() - RecordHeader.WORD_BYTES;
        if (kind == RecordHeader.VALUE) {
            limit -= header.capacity() / 16;
        }
        if (end + size > limit || end >= LogPointer.OFFSET_BOUND_BYTES) {
            throw new NotSimpleException("the segment is full");
        }
        if (!isOfThisBoot()) {
            throw new NotSimpleException("the system was restarted since the segment was begun");
        }
        if (sync) {
            ensureSynced();
        }
        byte[] bytes = encode(record, key, value);
        DiskFile file = disk.open(name, Disk.Access.READ_WRITE);
        try (file) {
            write(file, bytes);
            if (sync) {
                sync(file, end + size);
            }
        } catch (IOException e) {
            throw new StoreIoException(failed("cannot write to ", e), e);
        }
    }

    /// Makes sure that all records are on stable storage.
    ///
    /// What is not known to be there must be written once more: a sync that failed in another
    /// process may have left pages that the next sync passes over. Opening the store does that.
    void ensureSynced() throws NotSimpleException {
        if (end > durable) {
            throw new NotSimpleException("the tail is not on stable storage");
        }
    }

    /// Returns where the records end; they start at `covered`, with none between that is not whole.
    private long walk(HeapRecords tail, long covered, byte[] key) throws NotSimpleException {
        long at = covered;
        long record = tail.header(at);
        while (record != 0) {
            int kind = RecordHeader.kind(record);
            if (kind == RecordHeader.END || !tail.isWhole(at, record)) {
                throw new NotSimpleException("the tail ends with something else than a record");
            }
            if (tail.hasKey(at, record, key)) {
                found = tail.found(at, record, header.baseSequence());
            }
            // The records of a batch follow its head, and are met like any other.
            at += kind == RecordHeader.BATCH ? RecordHeader.BATCH_BYTES : RecordHeader.size(record);
            record = tail.header(at);
        }
        return at;
    }

    private boolean isOfThisBoot() {
        String id = disk.bootId();
        return !id.isEmpty() && header.boot() == SegmentHeader.bootHash(id);
    }

    /// Builds the record as {@link io.kvs.segment.SegmentWriter} does.
    private byte[] encode(long record, byte[] key, byte[] value) {
        byte[] bytes = new byte[(int) RecordHeader.size(record)];
        long mask = PositionMask.of(salt, end);
        long fold = RecordHeader.fold(key, 0, key.length);
        int crc = Checksum.ofRecord(record, RecordHeader.NEVER, key, value);
        LittleEndian.putLong(bytes, 0, RecordHeader.sealed(record, fold, mask));
        LittleEndian.putInt(bytes, RecordHeader.CHECKSUM_OFFSET, PositionMask.apply(crc, mask));
        System.arraycopy(key, 0, bytes, RecordHeader.BYTES, key.length);
        System.arraycopy(value, 0, bytes, RecordHeader.BYTES + key.length, value.length);
        return bytes;
    }

    private void write(DiskFile file, byte[] bytes) throws IOException {
        int word = RecordHeader.WORD_BYTES;
        try {
            file.write(end + word, bytes, word, bytes.length - word);
            file.write(end, bytes, 0, word);
        } catch (IOException e) {
            file.setSize(fileBytes);
            throw e;
        }
    }

    private void sync(DiskFile file, long to) {
        byte[] word = new byte[RecordHeader.WORD_BYTES];
        LittleEndian.putLong(word, 0, SegmentHeader.syncedWord(to, salt));
        try {
            file.sync();
            file.write(SegmentHeader.SYNCED_OFFSET, word, 0, word.length);
        } catch (IOException e) {
            throw new StoreFailedException(failed("cannot sync ", e), e);
        }
    }

    private String failed(String what, IOException cause) {
        return what.concat(disk.path(name)).concat(": ").concat(String.valueOf(cause.getMessage()));
    }
}
