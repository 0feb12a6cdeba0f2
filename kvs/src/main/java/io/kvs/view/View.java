package io.kvs.view;

import io.kvs.format.SegmentHeader;
import io.kvs.run.EntrySource;
import io.kvs.run.LivingSegments;
import io.kvs.run.NewestCursor;
import io.kvs.run.Ranks;
import io.kvs.run.Run;
import io.kvs.run.RunEntry;
import io.kvs.run.RunSet;
import io.kvs.run.RunTable;
import io.kvs.run.SortedRecords;
import io.kvs.segment.Place;
import io.kvs.segment.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// What the store consisted of at one moment: segments, where their records ended, and the runs
/// that list them.
///
/// Everything that had been acknowledged by then is in it, and nothing that was appended later. It
/// never changes; what it needs stays until it is closed, see {@link Pins}. What no run lists is
/// sorted when it is first asked for.
///
/// Safe for use by several threads at once.
public final class View implements AutoCloseable {
    private final ReadSections sections;
    private final Pins.Pin pin;
    private final RunTable table;
    private volatile Layout layout;

    /// The segments that had a writer when the layout was made, by growing id.
    private final List<Part> written;

    private final long sequence;
    private final boolean open;
    private final long fileIdBound;
    private final SortedTail tail;
    private @Nullable List<SortedRecords> unlisted;

    /// A segment up to where its records ended.
    ///
    /// @param segment the segment
    /// @param end the offset behind the last record
    public record Part(Segment segment, long end) {
        /// Returns whether it holds no records.
        public boolean isEmpty() {
            return end <= SegmentHeader.BYTES;
        }
    }

    View(
            ReadSections sections,
            Pins.Pin pin,
            RunTable table,
            Layout layout,
            List<Part> written,
            long sequence,
            boolean open,
            long fileIdBound,
            SortedTail tail) {
        this.sections = sections;
        this.pin = pin;
        this.table = table;
        this.layout = layout;
        this.written = written;
        this.sequence = sequence;
        this.open = open;
        this.fileIdBound = fileIdBound;
        this.tail = tail;
    }

    /// Returns whether it needs a segment or a run.
    boolean needs(long fileId) {
        return segment(fileId) != null || layout.runs().contains(fileId);
    }

    /// Returns whether the last of its segments was not sealed, so that records of it may not be on
    /// stable storage.
    public boolean isOpen() {
        return open;
    }

    /// Returns a sequence number that every record in the view is below.
    public long sequence() {
        return sequence;
    }

    /// Returns an id that is larger than those of all files in the view.
    public long fileIdBound() {
        return fileIdBound;
    }

    /// Returns the sections in which it is read: what it needs is released early if the store is
    /// closed.
    public ReadSections sections() {
        return sections;
    }

    /// Returns the runs; together they may list less than everything.
    public List<Run> runs() {
        return layout.runs().runs();
    }

    /// Returns the runs with what they cover.
    public RunSet runSet() {
        return layout.runs();
    }

    /// Returns the segments by growing id.
    public List<Part> parts() {
        List<Part> parts = new ArrayList<>(layout.sealed());
        parts.addAll(written);
        parts.sort(Comparator.comparingLong(part -> part.segment().id()));
        return parts;
    }

    /// Returns the segment with an id, or null if it is not in the view.
    public @Nullable Segment segment(long id) {
        for (Part part : written) {
            if (part.segment().id() == id) {
                return part.segment();
            }
        }
        return layout.sealed(id);
    }

    /// Returns where the record of an entry of one of the sources lies.
    public Place place(RunEntry entry) {
        Segment segment = segment(entry.segmentId());
        if (segment == null) {
            throw new IllegalArgumentException("a record in segment " + entry.segmentId());
        }
        return new Place(segment, entry.offset());
    }

    /// Returns the rank of a segment, or {@link Ranks#GONE} if it is not in the view.
    public long rank(long segmentId) {
        Segment segment = segment(segmentId);
        return segment == null ? Ranks.GONE : segment.rank();
    }

    /// Returns everything that is to be merged to get all records in key order.
    ///
    /// @throws io.kvs.CorruptionException a segment is damaged so that no run can list it
    public synchronized List<EntrySource> sources() {
        return sources(layout.runs(), unlisted());
    }

    /// Returns the same, without what cannot be read.
    public synchronized List<EntrySource> readableSources() {
        return sources(layout.runs(), readable());
    }

    /// Returns a cursor over the newest entry of each key, before the first.
    ///
    /// @throws io.kvs.CorruptionException a segment is damaged so that no run can list it
    public NewestCursor ascending() {
        return newest(NewestCursor::ascending);
    }

    /// Returns a cursor over the newest entry of each key, backwards; there is nothing before it.
    ///
    /// @throws io.kvs.CorruptionException a segment is damaged so that no run can list it
    public NewestCursor descending() {
        return newest(NewestCursor::descending);
    }

    /// Returns the newest record of a key, or null.
    ///
    /// @throws io.kvs.run.DamagedRunException a run cannot be read
    /// @throws io.kvs.CorruptionException a segment is damaged so that no run can list it
    public @Nullable Place find(byte[] key) {
        Place newest = table.find(runs(), key, this::segment);
        for (SortedRecords records : unlisted()) {
            long offset = records.find(key);
            Place place = offset < 0 ? null : new Place(records.segment(), offset);
            if (place != null && place.isNewerThan(newest)) {
                newest = place;
            }
        }
        return newest;
    }

    /// Does without a damaged run from now on: what it lists is sorted anew. Returns the run, or
    /// null if none has this path.
    public synchronized @Nullable Run dropRun(String path) {
        for (Run run : runs()) {
            if (run.path().equals(path)) {
                layout = layout.without(run);
                unlisted = null;
                return run;
            }
        }
        return null;
    }

    /// Closes it, and leaves it to the background to delete what only this view needed.
    public void closeQuickly() {
        pin.closeQuickly();
    }

    /// Lets go of what only this view needs. Closing twice does nothing.
    @Override
    public void close() {
        pin.close();
    }

    private synchronized NewestCursor newest(
            BiFunction<List<EntrySource>, List<LivingSegments>, NewestCursor> direction) {
        List<SortedRecords> sorted = unlisted();
        List<LivingSegments> living = new ArrayList<>(layout.living());
        for (SortedRecords records : sorted) {
            living.add(LivingSegments.of(records.segment()));
        }
        return direction.apply(sources(layout.runs(), sorted), living);
    }

    private static List<EntrySource> sources(RunSet runs, List<SortedRecords> sorted) {
        List<EntrySource> sources = new ArrayList<>();
        for (Run run : runs.runs()) {
            sources.add(run.cursor());
        }
        for (SortedRecords records : sorted) {
            sources.add(records.source());
        }
        return sources;
    }

    /// Sorts what no run lists, only what is new since the last view.
    private synchronized List<SortedRecords> unlisted() {
        List<SortedRecords> sorted = unlisted;
        if (sorted == null) {
            sorted = tail.of(layout.gaps(written));
            unlisted = sorted;
        }
        return sorted;
    }

    /// Sorts what no run lists, and passes over what cannot be read: it is not for other views.
    private List<SortedRecords> readable() {
        List<SortedRecords> sorted = new ArrayList<>();
        for (SortedTail.Part gap : layout.gaps(written)) {
            sorted.add(SortedRecords.of(gap.segment(), gap.from(), gap.to(), _ -> true));
        }
        return sorted;
    }
}
