package io.kvs.engine;

import io.kvs.StoreFailedException;
import io.kvs.commit.Catalog;
import io.kvs.commit.GroupCommit;
import io.kvs.commit.Log;
import io.kvs.commit.Sealer;
import io.kvs.format.Manifest.Entry;
import io.kvs.index.Keydir;
import io.kvs.segment.SegmentWriter;
import java.io.IOException;
import java.util.List;

/// The background work behind the writers: syncs the log and seals segments that are full.
///
/// An error leaves the work undone until the next step; a writer that needs it meets the error
/// itself.
final class Housekeeper {
    private final Catalog catalog;
    private final Keydir keydir;
    private final Log log;
    private final GroupCommit commit;
    private final Sealer sealer;

    Housekeeper(Catalog catalog, Keydir keydir, Log log, GroupCommit commit, Sealer sealer) {
        this.catalog = catalog;
        this.keydir = keydir;
        this.log = log;
        this.commit = commit;
        this.sealer = sealer;
    }

    /// Does everything that is due.
    synchronized void step() {
        try {
            commit.syncAll();
            sealEnded();
        } catch (IOException | StoreFailedException e) {
            // Sealing is tried again at the next step; a failed sync is remembered and reported.
        }
    }

    /// Seals every segment but the active one.
    synchronized void sealEnded() throws IOException {
        SegmentWriter[] writers = log.writers();
        if (writers.length > 1) {
            // Whoever still holds one of the ended writers either finds its end mark, which
            // trimming
            // takes away, or has yet to point the keydir at the record it appended.
            keydir.awaitWriters();
        }
        for (int i = 0; i < writers.length - 1; i++) {
            SegmentWriter writer = writers[i];
            commit.await(writer.tailSequence() - 1);
            Entry sealed = sealer.prepare(writer.segment(), writer.tail());
            catalog.change(List.of(sealed), List.of());
            writer.segment().seal(sealed.length());
            log.forget(writer);
            sealer.trim(sealed);
        }
    }
}
