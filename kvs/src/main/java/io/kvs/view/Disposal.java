package io.kvs.view;

import io.kvs.format.BlobReference;
import io.kvs.format.FileNames;
import io.kvs.io.Disk;
import io.kvs.run.Run;
import io.kvs.segment.Segment;
import java.io.IOException;
import java.util.Collection;

/// Closes and deletes segments, runs and blobs that have left the store, as soon as nobody needs
/// them.
///
/// What cannot be deleted is not named by the manifest, or by a record, any more and is deleted at
/// the next open.
public final class Disposal {
    private final Disk disk;
    private final Pins pins;
    private final Runnable awaitWriters;

    /// Makes it for the files of a disk.
    ///
    /// @param pins who may need them
    /// @param awaitWriters returns when every writer has ended that may have found a file before
    public Disposal(Disk disk, Pins pins, Runnable awaitWriters) {
        this.disk = disk;
        this.pins = pins;
        this.awaitWriters = awaitWriters;
    }

    /// Keeps everything that leaves from now on, until it is closed.
    public Pins.Pin pin() {
        return pins.pin();
    }

    /// Disposes of segments that are not in the segment table any more. Waits for writers once, not
    /// for each: one that is about to roll may keep its stripe for as long as the disk takes.
    public void retireSegments(Collection<Segment> segments) {
        awaitWriters.run();
        for (Segment segment : segments) {
            pins.retire(
                    segment.id(),
                    segment.memory().byteSize(),
                    () -> {
                        segment.file().close();
                        delete(FileNames.segment(segment.id()));
                    });
        }
    }

    /// Does the same with runs that are not in the run table any more.
    public void retireRuns(Collection<Run> runs) {
        if (runs.isEmpty()) {
            return;
        }
        awaitWriters.run();
        for (Run run : runs) {
            pins.retire(
                    run.id(),
                    run.bytes(),
                    () -> {
                        run.close();
                        delete(FileNames.run(run.id()));
                    });
        }
    }

    /// Disposes of a blob to which no record refers any more.
    public void retire(BlobReference blob) {
        pins.retireBlob(blob.id(), blob.fileBytes(), () -> delete(FileNames.blob(blob.id())));
    }

    private void delete(String name) {
        try {
            disk.delete(name);
        } catch (IOException e) {
            // See above.
        }
    }
}
