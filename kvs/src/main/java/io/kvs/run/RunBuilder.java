package io.kvs.run;

import io.kvs.CorruptionException;
import io.kvs.io.Disk;
import io.kvs.segment.Segment;
import java.io.IOException;
import java.util.List;

/// Makes a run of a part of a segment from its records.
public final class RunBuilder {
    private RunBuilder() {}

    /// Writes the run of the records in a part of a segment.
    ///
    /// Checksums are not verified here: the records have just been written, or read, or will be
    /// when they are used.
    ///
    /// @param covered the part: it begins and ends between two records
    /// @param sync whether the run is to be on stable storage before it has its name
    /// @return false if a header or a key is damaged or unfinished, or the device cannot read it:
    ///   such a part gets no run, so that every open finds the damage again
    public static boolean build(
            Disk disk, long storeId, long runId, Segment segment, Covered covered, boolean sync)
            throws IOException {
        try {
            SortedRecords records =
                    SortedRecords.of(segment, covered.from(), covered.to(), cursor -> false);
            RunMerger.merge(
                    disk,
                    storeId,
                    runId,
                    List.of(records.source()),
                    id -> 0,
                    List.of(covered),
                    sync);
            return true;
        } catch (CorruptionException | InternalError e) {
            return false;
        }
    }
}
