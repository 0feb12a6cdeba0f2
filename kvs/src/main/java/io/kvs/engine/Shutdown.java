package io.kvs.engine;

import io.kvs.CorruptionException;
import io.kvs.StoreIoException;
import io.kvs.commit.Catalog.Change;
import io.kvs.commit.DeferredAnswers;
import io.kvs.commit.GroupCommit;
import io.kvs.commit.Log;
import io.kvs.format.FileNames;
import io.kvs.format.SegmentHeader;
import io.kvs.io.Disk;
import io.kvs.io.Disk.DirectoryLock;
import io.kvs.recovery.Recovered;
import io.kvs.run.Run;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentWriter;
import io.kvs.view.Pins;
import java.io.IOException;
import java.util.List;

/// The end of an open store, when nobody writes any more and the workers have ended.
///
/// @param disk its directory
/// @param directoryLock keeps others out of that
/// @param recovered what was opened
/// @param log what was written
/// @param commit puts that on stable storage
/// @param answers who waits for that without a thread
/// @param housekeeper seals what has ended
/// @param listing makes the last runs
/// @param compactions leave little that is stale
/// @param pins what keeps files
record Shutdown(
        Disk disk,
        DirectoryLock directoryLock,
        Recovered recovered,
        Log log,
        GroupCommit commit,
        DeferredAnswers answers,
        Housekeeper housekeeper,
        Listing listing,
        Compactions compactions,
        Pins pins) {

    /// Puts everything on stable storage and leaves a directory that opens without a replay.
    void settle() throws IOException {
        commit.syncAll();
        SegmentWriter active = log.active();
        boolean untouched =
                active == null || active.isCut() && recovered.report().replayedBytes() == 0;
        if (active == null || untouched && log.writers().length <= 1) {
            return;
        }
        housekeeper.sealEnded();
        log.dropSpare();
        tidy();
        listing.dropDead();
        listing.mergeForClose();
        if (active.tail() > SegmentHeader.BYTES) {
            listing.listForClose(active.segment(), active.tail());
        } else {
            recovered.catalog().change(Change.of(List.of(), List.of(active.segment().id())));
            disk.delete(FileNames.segment(active.segment().id()));
        }
    }

    /// Answers whoever still waits, and lets go of all that the store holds.
    void release() {
        try {
            answers.close();
        } finally {
            releaseFiles();
        }
    }

    private void tidy() {
        try {
            compactions.tidy();
        } catch (IOException | CorruptionException e) {
            // What is stale stays until the store is open again.
        }
    }

    private void releaseFiles() {
        log.release();
        pins.close();
        for (Run run : recovered.index().runs().all()) {
            run.close();
        }
        for (Segment segment : recovered.segments().all()) {
            segment.file().close();
        }
        recovered.index().close();
        recovered.dictionaries().close();
        try {
            directoryLock.close();
        } catch (IOException e) {
            throw new StoreIoException(
                    "releasing the lock of " + disk.path("") + " failed: " + e.getMessage(), e);
        }
    }
}
