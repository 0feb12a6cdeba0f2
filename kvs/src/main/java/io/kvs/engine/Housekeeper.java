package io.kvs.engine;

import io.kvs.StoreFailedException;
import io.kvs.commit.GroupCommit;
import io.kvs.commit.Log;
import io.kvs.index.Keydir;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.SegmentWriter;
import io.kvs.view.Disposal;
import io.kvs.view.View.Part;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The background work behind the writers: syncs the log and seals segments that are full.
///
/// An error leaves the work undone until the next step; a writer that needs it meets the error
/// itself.
final class Housekeeper {
    /// While much is being written, sealing waits until so much has ended, or so many segments.
    private static final long WAITING_BYTES = 64 << 20;

    private static final int WAITING_MAX = 8;

    /// With more segments that are not sealed than this, sealing has fallen behind.
    private static final int MANY_WRITERS = 4;

    /// No more is sealed at once: it cannot be compacted before.
    private static final long TOGETHER_BYTES = 256 << 20;

    private static final int TOGETHER_MAX = 64;

    private final SegmentTable segments;
    private final Keydir keydir;
    private final Log log;
    private final WriteLoad load;
    private final GroupCommit commit;
    private final Listing listing;
    private final Disposal disposal;

    Housekeeper(
            SegmentTable segments,
            Keydir keydir,
            Log log,
            WriteLoad load,
            GroupCommit commit,
            Listing listing,
            Disposal disposal) {
        this.segments = segments;
        this.keydir = keydir;
        this.log = log;
        this.load = load;
        this.commit = commit;
        this.listing = listing;
        this.disposal = disposal;
    }

    /// Does everything that is due. A segment that is sealed is synced with it; what has come to
    /// the active segment meanwhile waits for the next step.
    synchronized void step() {
        try {
            if (!sealEnded()) {
                commit.syncAll();
            }
        } catch (IOException | StoreFailedException e) {
            // Sealing is tried again at the next step; a failed sync is remembered and reported.
        }
    }

    /// Returns whether to seal what has ended at once. While much is being written that waits for
    /// more, up to the next step: the more is sealed together, the less there is to do for each.
    boolean isSealingDue() {
        SegmentWriter[] writers = log.writers();
        long bytes = 0;
        for (SegmentWriter writer : writers) {
            bytes += writer.tail();
        }
        return bytes >= WAITING_BYTES || writers.length > WAITING_MAX || !load.isBusy();
    }

    /// Seals every segment but the active one; returns whether there was any.
    synchronized boolean sealEnded() throws IOException {
        SegmentWriter[] writers = log.writers();
        boolean any = writers.length > 1;
        if (any) {
            // Whoever still holds one of the ended writers either finds its end mark, which
            // trimming takes away, or has yet to point the keydir at the record it appended.
            keydir.awaitWriters();
        }
        for (int from = 0, to; from < writers.length - 1; from = to) {
            to = endOfGroup(writers, from);
            seal(List.of(writers).subList(from, to));
        }
        return any;
    }

    /// Returns the end of the segments to seal at once: several if that spares writers something or
    /// many are waiting, but each alone otherwise, since their common run takes room that a full
    /// disk has not.
    private int endOfGroup(SegmentWriter[] writers, int from) {
        int to = from + 1;
        if (load.isBusy() || writers.length > MANY_WRITERS) {
            int end = Math.min(writers.length - 1, from + TOGETHER_MAX);
            long bytes = writers[from].tail();
            while (to < end && bytes + writers[to].tail() <= TOGETHER_BYTES) {
                bytes += writers[to++].tail();
            }
        }
        return to;
    }

    /// Seals segments that are not written any more.
    private void seal(List<SegmentWriter> ended) throws IOException {
        List<Part> parts = new ArrayList<>();
        for (SegmentWriter writer : ended) {
            writer.close();
            commit.await(writer.tailSequence() - 1);
            parts.add(new Part(writer.segment(), writer.tail()));
        }
        listing.seal(parts);
        for (int i = 0; i < ended.size(); i++) {
            log.forget(ended.get(i));
            if (parts.get(i).isEmpty()) {
                drop(ended.get(i).segment());
            }
        }
    }

    /// Removes a segment that was ended before it held any record.
    private void drop(Segment empty) {
        commit.syncAll(); // A sync under way may be using the mapping.
        segments.remove(empty);
        disposal.retireSegments(List.of(empty));
    }
}
