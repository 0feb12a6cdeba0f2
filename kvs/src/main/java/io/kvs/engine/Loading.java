package io.kvs.engine;

import io.kvs.CorruptionException;
import io.kvs.blob.Blobs;
import io.kvs.index.Index;
import io.kvs.recovery.Damage;
import io.kvs.run.Run;
import io.kvs.segment.SegmentTable;
import io.kvs.view.View;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// Has a {@link Loader} fill the keydir and count what is stale, once after the store was opened.
final class Loading {
    private final View opened;
    private final Index index;
    private final SegmentTable segments;
    private final Set<Long> presentBlobs;
    private final Blobs blobs;
    private final Damage damage;
    private final Listing listing;
    private final InstantSource clock;

    private volatile boolean done;

    /// Makes it for a store.
    ///
    /// @param opened the store as it was opened
    /// @param presentBlobs the ids of all blobs there were then
    /// @param damage what was found damaged then
    /// @param listing makes damaged runs anew
    /// @param clock tells what has expired
    Loading(
            View opened,
            Index index,
            SegmentTable segments,
            Set<Long> presentBlobs,
            Blobs blobs,
            Damage damage,
            Listing listing,
            InstantSource clock) {
        this.opened = opened;
        this.index = index;
        this.segments = segments;
        this.presentBlobs = presentBlobs;
        this.blobs = blobs;
        this.damage = damage;
        this.listing = listing;
        this.clock = clock;
    }

    /// Returns whether it has been done: whether it is known what is stale.
    boolean isDone() {
        return done;
    }

    /// Does it, if that has not been done; returns false if it was stopped. What cannot be read in
    /// a run is read in the log, and the run made anew. Not to be called by two threads at once.
    ///
    /// @param stopped tells whether to give up
    /// @throws CorruptionException damage keeps it from being done
    boolean run(BooleanSupplier stopped) throws IOException {
        while (!done) {
            try {
                BlobCensus census = new BlobCensus(presentBlobs);
                Loader loader =
                        new Loader(opened, index, segments, stopped, clock.millis(), census);
                if (stopped.getAsBoolean() || !loader.run()) {
                    return false;
                }
                done = true;
                if (damage.found().isEmpty()) {
                    census.unreferenced().forEach(blobs::delete);
                }
            } catch (CorruptionException e) {
                Run damaged = opened.dropRun(e.file());
                if (damaged == null) {
                    throw e;
                }
                listing.repair(damaged);
            }
        }
        return true;
    }
}
