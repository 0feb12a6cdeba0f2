package io.kvs.commit;

import io.kvs.StoreIoException;
import io.kvs.commit.Catalog.Change;
import io.kvs.format.FileNames;
import io.kvs.format.Manifest;
import io.kvs.format.Manifest.Entry;
import io.kvs.format.PositionMask;
import io.kvs.format.RecordHeader;
import io.kvs.format.SegmentHeader;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import io.kvs.io.MappedFile;
import io.kvs.segment.BatchFrame;
import io.kvs.segment.Inherited;
import io.kvs.segment.LogPointer;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.SegmentWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The write end of the log: the active segment, the segments before it that are not sealed yet,
/// and the spare one that will be next.
///
/// An append takes no lock. When the active segment is full, one writer ends it and puts the spare
/// in its place; the spare was created, filled with zeros and entered into the manifest beforehand
/// by the housekeeper, so that usually no writer waits for the disk. Space is always allocated
/// before it is mapped: a full disk is an error here, not a fault in a store instruction.
public final class Log {

    /// Zeros are written in pages where many syncs follow: what is written at once may become one
    /// large page of the page cache, and each sync then writes all of it.
    private static final int PAGE_BYTES = 4096;

    /// A sync that writes less would do with small pages.
    private static final int SMALL_SYNC_BYTES = 256 << 10;

    /// With so many small syncs of a segment, the next one gets small pages.
    private static final int SMALL_SYNCS_MAX = 16;

    /// A spare segment of so much is prepared at once.
    private static final int SMALL_SPARE_BYTES = 1 << 20;

    private final Disk disk;
    private final Catalog catalog;
    private final SegmentTable segments;
    private final Failure failure;
    private final LongSupplier capacity;
    private final BooleanSupplier busy;
    private final Runnable onRoll;
    private final Runnable onPart;
    private final Runnable onSmallSyncs;
    private final long boot;
    private final ReentrantLock rollLock = new ReentrantLock();
    private final Zeros zeros = new Zeros();

    /// Writers that are not sealed, oldest first; the last one is active. Replaced, never changed.
    private volatile SegmentWriter[] writers;

    /// Whether any write has asked for stable storage.
    private volatile boolean syncing;

    /// Whether syncs are frequent: then blocks are not only allocated ahead of them but written, in
    /// small pages, so that a sync has no more to do than write the records.
    private volatile boolean smallPages;

    /// How many small syncs the active segment had; a race with its end costs nothing.
    private int smallSyncs;

    /// Guarded by rollLock.
    private @Nullable Spare spare;

    /// Mappings that have been replaced by larger ones; a sync may still be using them, so they
    /// stay until the end. Guarded by rollLock.
    private final List<MappedFile> replaced = new ArrayList<>();

    /// The sequence number of the next segment when there is no writer. Guarded by rollLock.
    private long nextBase;

    /// Guarded by rollLock.
    private boolean closed;

    /// The mapping to write through is another one than that to read from: it is closed when the
    /// segment is ended. To sync pages that are mapped for writing, the system has to interrupt
    /// every processor that runs a thread of the process, page by page.
    private record Spare(
            long id, long capacity, boolean smallPages, MappedFile writable, MappedFile readable) {
        void close() {
            writable.close();
            readable.close();
        }
    }

    /// Makes the write end of a recovered log.
    ///
    /// @param writers writers of the segments that are not sealed, oldest first
    /// @param nextBase the first sequence number that is free, if there is no writer
    /// @param capacity tells the capacity for the next segment, in bytes
    /// @param busy tells whether so much is being written that it will be needed at once
    /// @param onRoll called after another segment has become active
    /// @param onPart called after {@link SegmentWriter#partBytes} more were written to a segment
    /// @param onSmallSyncs called when syncs have become frequent
    public Log(
            Disk disk,
            Catalog catalog,
            SegmentTable segments,
            Failure failure,
            List<SegmentWriter> writers,
            long nextBase,
            LongSupplier capacity,
            BooleanSupplier busy,
            Runnable onRoll,
            Runnable onPart,
            Runnable onSmallSyncs) {
        this.disk = disk;
        this.catalog = catalog;
        this.segments = segments;
        this.failure = failure;
        this.capacity = capacity;
        this.busy = busy;
        this.onRoll = onRoll;
        this.onPart = onPart;
        this.onSmallSyncs = onSmallSyncs;
        this.boot = SegmentHeader.bootHash(disk.bootId());
        this.writers = writers.toArray(new SegmentWriter[0]);
        this.nextBase = nextBase;
    }

    /// Appends a value; returns the pointer to it.
    ///
    /// @param expiryMillis when it expires, or {@link RecordHeader#NEVER}
    public long appendValue(byte[] key, byte[] value, long expiryMillis, int flags) {
        noteSyncing(flags);
        while (true) {
            SegmentWriter writer = active();
            long offset = writer == null ? -1 : writer.appendValue(key, value, expiryMillis, flags);
            if (writer != null && offset >= 0) {
                return written(writer, offset);
            }
            long header = RecordHeader.value(flags, key.length, value.length, expiryMillis);
            roll(writer, RecordHeader.size(header), false);
        }
    }

    /// Appends a tombstone; returns the pointer to it.
    public long appendTombstone(byte[] key, int flags) {
        noteSyncing(flags);
        while (true) {
            SegmentWriter writer = active();
            long offset = writer == null ? -1 : writer.appendTombstone(key, flags);
            if (writer != null && offset >= 0) {
                return written(writer, offset);
            }
            roll(writer, RecordHeader.sizeOf(key.length, 0), true);
        }
    }

    /// Appends a batch; returns the pointer to its frame.
    public long appendBatch(BatchFrame frame) {
        noteSyncing(frame.flags());
        while (true) {
            SegmentWriter writer = active();
            long offset = writer == null ? -1 : writer.appendBatch(frame);
            if (writer != null && offset >= 0) {
                return written(writer, offset);
            }
            roll(writer, frame.size(), false);
        }
    }

    private long written(SegmentWriter writer, long offset) {
        if (writer.isPartDue(offset)) {
            onPart.run();
        }
        return LogPointer.of(writer.segment().number(), offset);
    }

    /// Returns whether any write has asked for stable storage.
    public boolean isSyncing() {
        return syncing;
    }

    /// Returns the writer of the active segment, or null before the first write.
    public @Nullable SegmentWriter active() {
        SegmentWriter[] all = writers;
        return all.length == 0 ? null : all[all.length - 1];
    }

    /// Returns the sequence number with which the active segment begins, or, before the first
    /// write, the one that will begin with.
    public long activeBase() {
        rollLock.lock();
        try {
            SegmentWriter writer = active();
            return writer == null ? nextBase : writer.segment().baseSequence();
        } finally {
            rollLock.unlock();
        }
    }

    /// Returns a sequence number that no record appended so far exceeds.
    public long lastSequence() {
        SegmentWriter writer = active();
        return writer == null ? -1 : writer.tailSequence() - 1;
    }

    /// Returns the writers that are not sealed, oldest first; all but the last are ended.
    public SegmentWriter[] writers() {
        return writers;
    }

    /// Puts everything before `end` of a segment on stable storage, what another process has left
    /// as well.
    void sync(SegmentWriter writer, long end) throws IOException {
        countSync(end - writer.synced());
        if (writer.synced() < writer.inheritedEnd()) {
            new Inherited(writer.segment(), writer.synced(), writer.inheritedEnd())
                    .writeAgain(disk);
        }
        if (!writer.sync(end)) {
            syncFile(writer, end);
        }
    }

    private void countSync(long bytes) {
        if (bytes < SMALL_SYNC_BYTES && ++smallSyncs == SMALL_SYNCS_MAX && !smallPages) {
            smallPages = true;
            onSmallSyncs.run();
        }
    }

    /// Does it for an ended segment whose writer is closed.
    private void syncFile(SegmentWriter ended, long end) throws IOException {
        String name = FileNames.segment(ended.segment().id());
        try (DiskFile file = disk.open(name, Disk.Access.READ_WRITE)) {
            file.sync();
        }
        ended.setSynced(end);
    }

    /// Forgets a writer whose segment has been sealed.
    public void forget(SegmentWriter sealed) {
        rollLock.lock();
        try {
            if (writers.length == 1) {
                nextBase = sealed.tailSequence() + 1;
            }
            writers =
                    Arrays.stream(writers)
                            .filter(writer -> writer != sealed)
                            .toArray(SegmentWriter[]::new);
        } finally {
            rollLock.unlock();
        }
    }

    /// Prepares the spare segment if there is none and a segment is in use, or another one if syncs
    /// have become frequent. A large one takes space that nobody may need for long, so it has to
    /// wait until the active segment is half full, unless that is a matter of milliseconds; the
    /// reserve has not.
    public void prepareSpare() throws IOException {
        rollLock.lock();
        try {
            if (spare != null && smallPages && !spare.smallPages()) {
                dropSpare();
            }
            SegmentWriter active = active();
            if (spare == null && !closed && active != null) {
                long bytes = capacity.getAsLong();
                if (bytes <= SMALL_SPARE_BYTES || active.isHalfFull() || busy.getAsBoolean()) {
                    spare = prepare(bytes, false);
                } else {
                    catalog.reserve().keep(bytes);
                }
            }
        } finally {
            rollLock.unlock();
        }
    }

    /// Ends the active segment, if it holds any record or is larger, and puts one of `wanted` bytes
    /// in its place.
    public void startSegment(long wanted) throws IOException {
        rollLock.lock();
        try {
            SegmentWriter writer = active();
            if (writer != null
                    && (writer.tail() > SegmentHeader.BYTES || writer.capacity() > wanted)) {
                dropSpare(wanted);
                activateNext(writer, wanted, wanted, false);
            }
        } finally {
            rollLock.unlock();
        }
        onRoll.run();
    }

    /// Gives up the spare segment, so that its space can be used for something else.
    public void dropSpare() throws IOException {
        dropSpare(0);
    }

    /// Gives up the spare segment if it has more than `bytes`.
    public void dropSpare(long bytes) throws IOException {
        rollLock.lock();
        try {
            Spare dropped = spare;
            if (dropped != null && dropped.capacity() > bytes) {
                spare = null;
                dropped.close();
                catalog.change(Change.of(List.of(), List.of(dropped.id())));
                disk.delete(FileNames.segment(dropped.id()));
            }
        } finally {
            rollLock.unlock();
        }
    }

    /// Releases what is mapped besides the segments, without touching the disk.
    public void release() {
        rollLock.lock();
        try {
            closed = true;
            if (spare != null) {
                spare.close();
                spare = null;
            }
            for (SegmentWriter writer : writers) {
                writer.close();
            }
            replaced.forEach(MappedFile::close);
        } finally {
            rollLock.unlock();
        }
    }

    private void noteSyncing(int flags) {
        if (RecordHeader.has(flags, RecordHeader.SYNCED_WRITE) && !syncing) {
            syncing = true;
        }
    }

    private void roll(@Nullable SegmentWriter full, long recordBytes, boolean forRemoval) {
        if (Deferral.forbidsWaiting() && !hasSpare()) {
            throw new WouldWaitException();
        }
        rollLock.lock();
        try {
            if (active() != full) {
                return;
            }
            failure.check();
            long needed = SegmentWriter.capacityFor(recordBytes);
            if (full != null && full.isCut() && enlarge(full)) {
                return;
            }
            if (spare != null && spare.capacity() < needed) {
                dropSpare();
            }
            activateNext(full, needed, Math.max(needed, capacity.getAsLong()), forRemoval);
        } catch (IOException e) {
            throw new StoreIoException(
                    "cannot make room for writes in " + disk.path("") + ": " + e.getMessage(), e);
        } finally {
            rollLock.unlock();
        }
        onRoll.run();
    }

    /// Returns whether the next segment is ready, and nobody is about to take it.
    private boolean hasSpare() {
        if (!rollLock.tryLock()) {
            return false;
        }
        try {
            return spare != null;
        } finally {
            rollLock.unlock();
        }
    }

    private void activateNext(
            @Nullable SegmentWriter full, long needed, long bytes, boolean forRemoval)
            throws IOException {
        Spare next = spare == null ? prepareAtLeast(needed, bytes, forRemoval) : spare;
        spare = null;
        smallPages = smallSyncs >= SMALL_SYNCS_MAX;
        smallSyncs = 0;
        long base =
                full == null ? nextBase : full.segment().baseSequence() + (full.end() >>> 3) + 1;
        SegmentHeader header =
                new SegmentHeader(catalog.storeId(), next.id(), false, base, next.capacity(), boot);
        byte[] encoded = header.encode();
        MemorySegment memory = next.writable().memory();
        MemorySegment.copy(MemorySegment.ofArray(encoded), 0, memory, 0, encoded.length);
        Segment segment =
                segments.add(number ->
                        new Segment(
                                number,
                                next.id(),
                                false,
                                base,
                                Manifest.rankOfLog(base),
                                PositionMask.salt(catalog.storeId(), next.id()),
                                disk.path(FileNames.segment(next.id())),
                                next.readable()));
        SegmentWriter[] copy = Arrays.copyOf(writers, writers.length + 1);
        copy[writers.length] =
                new SegmentWriter(
                        segment, next.writable(), SegmentHeader.BYTES, 0, next.capacity());
        writers = copy;
    }

    /// Gives the active segment the room back that it had before the store was last closed; returns
    /// whether the disk had so much.
    private boolean enlarge(SegmentWriter cut) {
        Segment old = cut.segment();
        Spare room;
        try (DiskFile file = disk.open(FileNames.segment(old.id()), Disk.Access.READ_WRITE)) {
            boolean small = allocate(file, old.memory().byteSize(), cut.capacity());
            room = map(old.id(), file, cut.capacity(), small);
        } catch (IOException e) {
            return false; // A smaller segment may still fit behind it.
        }
        Segment segment = old.withMapping(room.readable());
        SegmentWriter writer =
                new SegmentWriter(
                        segment,
                        room.writable(),
                        cut.tail(),
                        cut.synced(),
                        cut.capacity(),
                        cut.inheritedEnd());
        segments.put(segment);
        SegmentWriter[] copy = writers.clone();
        copy[copy.length - 1] = writer;
        writers = copy;
        replaced.add(old.file());
        cut.close();
        return true;
    }

    /// Prepares a segment of `bytes`; on a disk that is nearly full, of fewer. For a removal, which
    /// may be the way to free space, a part of the reserve is there at last.
    private Spare prepareAtLeast(long needed, long bytes, boolean forRemoval) throws IOException {
        long least = Math.max(needed, forRemoval ? bytes / 4 : bytes / 16);
        for (long size = bytes; ; size = Math.max(least, size / 4)) {
            try {
                return prepare(size, forRemoval);
            } catch (IOException e) {
                failure.check();
                if (size <= least) {
                    long lent = forRemoval ? catalog.reserve().lend(capacity.getAsLong()) : 0;
                    if (lent < needed) {
                        throw e;
                    }
                    return prepare(lent, true);
                }
            }
        }
    }

    /// Creates a segment file, allocates it, maps it and enters it into the manifest. First comes
    /// the reserve: no value takes space while it is missing.
    private Spare prepare(long bytes, boolean forRemoval) throws IOException {
        if (!forRemoval) {
            catalog.reserve().keep(capacity.getAsLong());
        }
        long id = catalog.newFileId();
        String name = FileNames.segment(id);
        try {
            Spare prepared;
            try (DiskFile file = disk.create(name)) {
                file.setSize(bytes);
                file.sync();
                boolean small = allocate(file, 0, bytes);
                prepared = map(id, file, bytes, small);
            }
            try {
                disk.syncDirectory();
                catalog.grow(Entry.unsealed(id, bytes));
            } catch (IOException | RuntimeException e) {
                prepared.close();
                throw e;
            }
            return prepared;
        } catch (IOException e) {
            if (!failure.isSet()) {
                disk.delete(name);
            }
            throw e;
        }
    }

    private static Spare map(long id, DiskFile file, long bytes, boolean smallPages)
            throws IOException {
        MappedFile writable = file.map(bytes, Disk.Access.READ_WRITE);
        try {
            return new Spare(id, bytes, smallPages, writable, file.map(bytes, Disk.Access.READ));
        } catch (IOException | RuntimeException e) {
            writable.close();
            throw e;
        }
    }

    /// Allocates the blocks of a range of a file; returns whether in small pages.
    private boolean allocate(DiskFile file, long from, long to) throws IOException {
        boolean small = smallPages;
        if (small) {
            zeros.fill(file, from, to, PAGE_BYTES);
            file.sync();
        } else {
            zeros.fill(file, from, to, Disk.LARGE_PAGE_BYTES);
        }
        return small;
    }
}
