package io.kvs.recovery;

import io.kvs.RecoveryReport;
import io.kvs.commit.Catalog;
import io.kvs.compression.Dictionaries;
import io.kvs.index.Index;
import io.kvs.run.Run;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.SegmentWriter;
import io.kvs.view.Pins;
import io.kvs.view.Present;
import io.kvs.view.View;
import java.util.List;
import java.util.Set;

/// A store as {@link Recovery} found it, ready to be used.
///
/// @param catalog the manifest
/// @param segments all segments
/// @param index where the records are: the keydir has those that no run lists
/// @param writers writers of the segments that are not sealed, oldest first
/// @param nextBase the first free sequence number if there is no writer
/// @param durable records with a smaller sequence number are on stable storage
/// @param damage what was found damaged
/// @param dictionaries those of its segments, and the current one
/// @param blobs the ids of all blobs in the directory
/// @param report the same and more for the user
public record Recovered(
        Catalog catalog,
        SegmentTable segments,
        Index index,
        List<SegmentWriter> writers,
        long nextBase,
        long durable,
        Damage damage,
        Dictionaries dictionaries,
        Set<Long> blobs,
        RecoveryReport report)
        implements AutoCloseable {

    /// Takes a view of the store, where nobody writes.
    public View view() {
        Present present =
                new Present(
                        new Pins(() -> {}),
                        segments,
                        index.runs(),
                        () -> writers.toArray(new SegmentWriter[0]),
                        () -> nextBase,
                        () -> {},
                        catalog::nextFileId);
        return present.view();
    }

    /// Releases everything, where nobody writes.
    @Override
    public void close() {
        for (Segment segment : segments.all()) {
            segment.file().close();
        }
        for (Run run : index.runs().all()) {
            run.close();
        }
        index.close();
        dictionaries.close();
    }
}
