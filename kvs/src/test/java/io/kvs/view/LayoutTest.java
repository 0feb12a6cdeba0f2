package io.kvs.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.format.Manifest.Entry;
import io.kvs.format.SegmentHeader;
import io.kvs.run.RunSet;
import io.kvs.segment.MemorySegments;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentWriter;
import io.kvs.view.View.Part;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What views share is exactly what has not changed.
final class LayoutTest {
    private static final RunSet NO_RUNS = new RunSet(List.of());
    private static final SegmentWriter[] NO_WRITERS = {};

    private final Segment sealed = sealed(1, 640);
    private final Segment open = MemorySegments.log(1, 2, 4096);
    private final Segment unused = MemorySegments.log(1, 3, 4096);
    private final List<Segment> present = List.of(sealed, open, unused);
    private final SegmentWriter[] writers = {MemorySegments.writer(open)};
    private final Layout layout = Layout.of(NO_RUNS, present, writers);

    @Test
    void fits_nothingCameOrWent_isTrue() {
        assertTrue(layout.fits(NO_RUNS, present, writers));
        seal(open, 128);
        assertTrue(layout.fits(NO_RUNS, present, NO_WRITERS));
    }

    @Test
    void fits_otherRunsOrSegments_isFalse() {
        assertFalse(layout.fits(new RunSet(List.of()), present, writers));
        assertFalse(layout.fits(NO_RUNS, List.of(sealed, open), writers));
    }

    @Test
    void fits_aSegmentHasComeIntoUse_isFalse() {
        SegmentWriter[] both = {writers[0], MemorySegments.writer(unused)};
        assertFalse(layout.fits(NO_RUNS, present, both));
        seal(unused, 128);
        assertFalse(layout.fits(NO_RUNS, present, writers));
    }

    @Test
    void sealed_someSegments_areThoseThatWereSealedAndHoldARecord() {
        Segment empty = sealed(4, SegmentHeader.BYTES);
        Layout other = Layout.of(NO_RUNS, List.of(sealed, open, unused, empty), writers);

        assertEquals(List.of(new Part(sealed, 640)), other.sealed());
        assertSame(sealed, other.sealed(1));
        assertNull(other.sealed(2));
        assertNull(other.sealed(4));
    }

    @Test
    void written_aWriter_endsWhereItTells() {
        assertEquals(List.of(new Part(open, 256)), layout.written(writers, new long[] {256}));
        assertEquals(List.of(), layout.written(writers, new long[] {SegmentHeader.BYTES}));
    }

    @Test
    void written_sealedMeanwhile_endsThere() {
        seal(open, 512);
        assertEquals(List.of(new Part(open, 512)), layout.written(NO_WRITERS, new long[0]));
    }

    @Test
    void gaps_noRuns_areAllOfEachPart() {
        assertEquals(
                List.of(
                        new SortedTail.Part(sealed, SegmentHeader.BYTES, 640),
                        new SortedTail.Part(open, SegmentHeader.BYTES, 256)),
                layout.gaps(List.of(new Part(open, 256))));
    }

    private static Segment sealed(long id, long end) {
        Segment segment = MemorySegments.log(1, id, 4096);
        seal(segment, end);
        return segment;
    }

    private static void seal(Segment segment, long end) {
        segment.seal(new Entry(segment.id(), false, true, 1, end, 1, 2, 0));
    }
}
