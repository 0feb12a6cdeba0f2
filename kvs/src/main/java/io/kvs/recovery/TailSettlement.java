package io.kvs.recovery;

import io.kvs.commit.Catalog;
import io.kvs.commit.Sealer;
import io.kvs.format.FileNames;
import io.kvs.format.Manifest.Entry;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import io.kvs.io.MappedFile;
import io.kvs.segment.Inherited;
import io.kvs.segment.SegmentWriter;
import io.kvs.view.Disposal;
import io.kvs.view.Pins;
import io.kvs.view.View.Part;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Makes the directory agree with a replayed {@link Tail}, and hands it to those who write on.
final class TailSettlement {
    private final Recovery recovery;
    private final Tail tail;
    private final List<SegmentWriter> writers = new ArrayList<>();
    private long durable;

    /// Prepares the settlement.
    TailSettlement(Recovery recovery, Tail tail) {
        this.recovery = recovery;
        this.tail = tail;
        this.durable = tail.durable();
    }

    List<SegmentWriter> writers() {
        return writers;
    }

    /// Returns the last sequence number up to which everything is on stable storage.
    long durable() {
        return durable;
    }

    /// Makes the directory agree with what was replayed. A tail that is whole goes on being written
    /// to; what of it is not known to be on stable storage is written once more before the first
    /// sync, not here, where somebody waits. One that was cut, mended or found damaged is sealed,
    /// so that the bytes behind its end never matter again; and so is one of another boot, since
    /// its header would say the wrong thing about what is written now.
    void settle(Catalog catalog) throws IOException {
        boolean whole = tail.whole();
        List<Long> removed = new ArrayList<>();
        for (Entry entry : tail.unused()) {
            removed.add(entry.id());
        }
        for (TailSegment part : tail.segments()) {
            whole &= !part.segment.isDamaged() && part.sameBoot;
            if (part.dropped) {
                removed.add(part.entry.id());
                recovery.segments().remove(part.segment);
                part.segment.file().close();
            }
        }
        Disposal disposal = new Disposal(recovery.disk(), new Pins(() -> {}), () -> {});
        Sealer sealer = new Sealer(recovery.disk(), catalog, recovery.runs(), disposal);
        List<Part> sealed = whole ? List.of() : syncParts();
        if (!sealed.isEmpty() || !removed.isEmpty()) {
            sealer.commit(sealer.prepareOrEach(sealed), removed);
        }
        for (Part part : sealed) {
            part.segment().seal(Sealer.sealed(part));
        }
        for (long id : removed) {
            recovery.disk().delete(FileNames.segment(id));
        }
        for (Part part : sealed) {
            sealer.trim(part);
        }
        for (TailSegment part : tail.segments()) {
            recovery.runs().check(part.segment);
        }
        if (whole) {
            resume();
        }
    }

    /// Puts the segments that are kept on stable storage; returns them up to their ends.
    private List<Part> syncParts() throws IOException {
        List<Part> synced = new ArrayList<>();
        for (TailSegment part : tail.segments()) {
            if (!part.dropped) {
                new Inherited(part.segment, part.synced, part.end).writeAgain(recovery.disk());
                sync(part);
                synced.add(new Part(part.segment, part.end));
            }
        }
        durable = tail.nextBase();
        return synced;
    }

    private void sync(TailSegment part) throws IOException {
        try (DiskFile file = part.openForWriting(recovery.disk())) {
            file.sync();
        }
    }

    /// Makes the writers of a tail that goes on, or that another process is writing.
    void resume() throws IOException {
        for (TailSegment part : tail.segments()) {
            SegmentWriter writer =
                    new SegmentWriter(
                            part.segment,
                            recovery.readOnly() ? part.segment.file() : mapForWriting(part),
                            part.end,
                            part.synced,
                            part.header.capacity(),
                            part.writtenEnd());
            if (part != tail.segments().getLast() && !recovery.readOnly()) {
                writer.end();
            }
            writers.add(writer);
        }
    }

    private MappedFile mapForWriting(TailSegment part) throws IOException {
        try (DiskFile file = part.openForWriting(recovery.disk())) {
            return recovery.keep(file.map(part.size(), Disk.Access.READ_WRITE));
        }
    }
}
