package io.kvs.view;

import io.kvs.format.SegmentHeader;
import io.kvs.run.Covered;
import io.kvs.run.EntrySource;
import io.kvs.run.Ranks;
import io.kvs.run.Run;
import io.kvs.run.RunEntry;
import io.kvs.run.RunSet;
import io.kvs.run.RunTable;
import io.kvs.run.SortedRecords;
import io.kvs.segment.Place;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.SegmentWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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
    private volatile RunSet runs;

    /// By growing id of the segment.
    private final List<Part> parts;

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
            return end == SegmentHeader.BYTES;
        }
    }

    private View(
            ReadSections sections,
            Pins.Pin pin,
            RunTable table,
            RunSet runs,
            List<Part> parts,
            long sequence,
            boolean open,
            long fileIdBound,
            SortedTail tail) {
        this.sections = sections;
        this.pin = pin;
        this.table = table;
        this.runs = runs;
        this.parts = parts;
        this.sequence = sequence;
        this.open = open;
        this.fileIdBound = fileIdBound;
        this.tail = tail;
    }

    /// Takes a view of the present.
    ///
    /// @param writers gives the writers of the segments that are not sealed, oldest first
    /// @param nextBase gives the first free sequence number if there is no writer
    /// @param awaitWriters returns when every write that has got its place in the log is complete
    ///   and in the keydir
    /// @param nextFileId gives an id that no file has yet
    /// @param tail what was sorted for earlier views
    @SuppressWarnings("ReferenceEquality") // a set of runs is replaced, never changed
    public static View take(
            Pins pins,
            SegmentTable segments,
            RunTable table,
            Supplier<SegmentWriter[]> writers,
            LongSupplier nextBase,
            Runnable awaitWriters,
            LongSupplier nextFileId,
            SortedTail tail) {
        Pins.Pin pin = pins.pin();
        while (true) {
            RunSet runs = table.present();
            // In this order: a segment that is not among the writers any more is sealed by now.
            SegmentWriter[] open = writers.get();
            List<Segment> present = segments.all();
            long[] openEnds = new long[open.length];
            long sequence = open.length == 0 ? nextBase.getAsLong() : 0;
            for (int i = 0; i < open.length; i++) {
                SegmentWriter writer = open[i];
                long end = writer.tail();
                openEnds[i] = end;
                sequence = writer.segment().baseSequence() + (end >>> 3);
            }
            List<Part> parts = parts(present, open, openEnds);
            awaitWriters.run();
            if (table.present() == runs && segments.all().equals(present)) {
                long fileIdBound = nextFileId.getAsLong();
                View view =
                        new View(
                                pins.sections(),
                                pin,
                                table,
                                runs,
                                parts,
                                sequence,
                                open.length > 0,
                                fileIdBound,
                                tail);
                pin.confine(view::needs, fileIdBound);
                return view;
            }
        }
    }

    private static List<Part> parts(List<Segment> present, SegmentWriter[] open, long[] openEnds) {
        List<Part> parts = new ArrayList<>(present.size());
        for (Segment segment : present) {
            long end = segment.sealedEnd();
            for (int i = 0; i < open.length; i++) {
                end = open[i].segment().id() == segment.id() ? openEnds[i] : end;
            }
            if (end > SegmentHeader.BYTES) {
                parts.add(new Part(segment, end));
            }
        }
        return parts;
    }

    private boolean needs(long fileId) {
        return segment(fileId) != null || runs.contains(fileId);
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
        return runs.runs();
    }

    /// Returns the runs with what they cover.
    public RunSet runSet() {
        return runs;
    }

    /// Returns the segments by growing id.
    public List<Part> parts() {
        return Collections.unmodifiableList(parts);
    }

    /// Returns the segment with an id, or null if it is not in the view.
    public @Nullable Segment segment(long id) {
        int low = 0;
        int high = parts.size() - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            Segment segment = parts.get(middle).segment();
            if (segment.id() == id) {
                return segment;
            }
            if (segment.id() < id) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
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
    public List<EntrySource> sources() {
        return sources(unlisted());
    }

    /// Returns the same, without what cannot be read.
    public List<EntrySource> readableSources() {
        return sources(sort(true));
    }

    /// Returns the newest record of a key, or null.
    ///
    /// @throws io.kvs.run.DamagedRunException a run cannot be read
    /// @throws io.kvs.CorruptionException a segment is damaged so that no run can list it
    public @Nullable Place find(byte[] key) {
        Place newest = table.find(runs.runs(), key, this::segment);
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
        for (Run run : runs.runs()) {
            if (run.path().equals(path)) {
                runs = runs.without(run);
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

    private List<EntrySource> sources(List<SortedRecords> sorted) {
        List<EntrySource> sources = new ArrayList<>();
        for (Run run : runs.runs()) {
            sources.add(run.cursor());
        }
        for (SortedRecords records : sorted) {
            sources.add(records.source());
        }
        return sources;
    }

    private synchronized List<SortedRecords> unlisted() {
        List<SortedRecords> sorted = unlisted;
        if (sorted == null) {
            sorted = sort(false);
            unlisted = sorted;
        }
        return sorted;
    }

    /// Sorts what no run lists, only what is new since the last view.
    ///
    /// @param lenient whether to pass over what cannot be read; what is sorted so is not for others
    private List<SortedRecords> sort(boolean lenient) {
        List<SortedTail.Part> gaps = new ArrayList<>();
        for (Part part : parts) {
            Segment segment = part.segment();
            for (Covered gap : runs.gaps(segment.id(), part.end())) {
                gaps.add(new SortedTail.Part(segment, gap.from(), gap.to()));
            }
        }
        return lenient ? readable(gaps) : tail.of(gaps);
    }

    private static List<SortedRecords> readable(List<SortedTail.Part> gaps) {
        List<SortedRecords> sorted = new ArrayList<>();
        for (SortedTail.Part gap : gaps) {
            sorted.add(SortedRecords.of(gap.segment(), gap.from(), gap.to(), _ -> true));
        }
        return sorted;
    }
}
