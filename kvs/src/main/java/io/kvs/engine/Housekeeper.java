package io.kvs.engine;

import io.kvs.StoreFailedException;
import io.kvs.commit.GroupCommit;
import io.kvs.commit.Log;
import io.kvs.index.Keydir;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.SegmentWriter;
import io.kvs.view.Disposal;
import java.io.IOException;

/// The background work behind the writers: syncs the log and seals segments that are full.
///
/// An error leaves the work undone until the next step; a writer that needs it meets the error
/// itself.
final class Housekeeper {
    private final SegmentTable segments;
    private final Keydir keydir;
    private final Log log;
    private final GroupCommit commit;
    private final Listing listing;
    private final Disposal disposal;

    Housekeeper(
            SegmentTable segments,
            Keydir keydir,
            Log log,
            GroupCommit commit,
            Listing listing,
            Disposal disposal) {
        this.segments = segments;
        this.keydir = keydir;
        this.log = log;
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

    /// Seals every segment but the active one; returns whether there was any.
    synchronized boolean sealEnded() throws IOException {
        SegmentWriter[] writers = log.writers();
        boolean any = writers.length > 1;
        if (any) {
            // Whoever still holds one of the ended writers either finds its end mark, which
            // trimming takes away, or has yet to point the keydir at the record it appended.
            keydir.awaitWriters();
        }
        for (int i = 0; i < writers.length - 1; i++) {
            SegmentWriter writer = writers[i];
            writer.close();
            commit.await(writer.tailSequence() - 1);
            boolean used = listing.seal(writer.segment(), writer.tail());
            log.forget(writer);
            if (!used) {
                drop(writer.segment());
            }
        }
        return any;
    }

    /// Removes a segment that was ended before it held any record.
    private void drop(Segment empty) {
        commit.syncAll(); // A sync under way may be using the mapping.
        segments.remove(empty);
        disposal.retire(empty);
    }
}
