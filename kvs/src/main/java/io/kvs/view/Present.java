package io.kvs.view;

import io.kvs.run.RunSet;
import io.kvs.run.RunTable;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.SegmentWriter;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The store as it is now, of which views are taken. It keeps from one to the next what both have
/// in common: the {@link Layout}, and the {@link SortedTail}.
///
/// Safe for use by several threads at once.
public final class Present {
    private final Pins pins;
    private final SegmentTable segments;
    private final RunTable table;
    private final Supplier<SegmentWriter[]> writers;
    private final LongSupplier nextBase;
    private final Runnable awaitWriters;
    private final LongSupplier nextFileId;
    private final SortedTail tail = new SortedTail();

    /// That of the last view.
    private volatile @Nullable Layout layout;

    /// Makes it for a store.
    ///
    /// @param writers gives the writers of the segments that are not sealed, oldest first
    /// @param nextBase gives the first free sequence number if there is no writer
    /// @param awaitWriters returns when every write that has got its place in the log is complete
    ///   and in the keydir
    /// @param nextFileId gives an id that no file has yet
    public Present(
            Pins pins,
            SegmentTable segments,
            RunTable table,
            Supplier<SegmentWriter[]> writers,
            LongSupplier nextBase,
            Runnable awaitWriters,
            LongSupplier nextFileId) {
        this.pins = pins;
        this.segments = segments;
        this.table = table;
        this.writers = writers;
        this.nextBase = nextBase;
        this.awaitWriters = awaitWriters;
        this.nextFileId = nextFileId;
    }

    /// Takes a view.
    @SuppressWarnings("ReferenceEquality") // a set of runs is replaced, never changed
    public View view() {
        Pins.Pin pin = pins.pin();
        while (true) {
            RunSet runs = table.present();
            // In this order: a segment that is not among the writers any more is sealed by now.
            SegmentWriter[] open = writers.get();
            List<Segment> present = segments.all();
            Layout used = layout(runs, present, open);
            long[] openEnds = new long[open.length];
            long sequence = open.length == 0 ? nextBase.getAsLong() : 0;
            for (int i = 0; i < open.length; i++) {
                SegmentWriter writer = open[i];
                long end = writer.tail();
                openEnds[i] = end;
                sequence = writer.segment().baseSequence() + (end >>> 3);
            }
            List<View.Part> written = used.written(open, openEnds);
            awaitWriters.run();
            if (table.present() == runs && segments.all().equals(present)) {
                long fileIdBound = nextFileId.getAsLong();
                View view =
                        new View(
                                pins.sections(),
                                pin,
                                table,
                                used,
                                written,
                                sequence,
                                open.length > 0,
                                fileIdBound,
                                tail);
                pin.confine(view::needs, fileIdBound);
                return view;
            }
        }
    }

    private Layout layout(RunSet runs, List<Segment> present, SegmentWriter[] open) {
        Layout last = layout;
        if (last != null && last.fits(runs, present, open)) {
            return last;
        }
        Layout made = Layout.of(runs, present, open);
        layout = made;
        return made;
    }
}
