package io.kvs.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.format.KeyHash;
import io.kvs.format.RecordHeader;
import io.kvs.index.Keydir.Stripe;
import io.kvs.io.RealDisk;
import io.kvs.run.Covered;
import io.kvs.run.Run;
import io.kvs.run.RunBuilder;
import io.kvs.run.RunTable;
import io.kvs.segment.MemorySegments;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.SegmentWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which keys are still counted when compaction drops their value: those of which a writer finds
/// nothing at all.
final class FreshKeyTest {
    private static final long STORE = 7;
    private static final byte[] KEY = {1, 2, 3};

    @TempDir private Path directory;
    private final SegmentTable segments = new SegmentTable();
    private final RunTable runs = new RunTable(segments);
    private final Index index = new Index(new KeyHash(42), segments, runs, Long.MAX_VALUE);
    private final long hash = index.hash(KEY);
    private Segment dropped;

    @BeforeEach
    void listTheValueThatIsDropped() throws IOException {
        runs.setStoreId(STORE);
        dropped = MemorySegments.segment(0, STORE, 5, false, 1 << 12);
        SegmentWriter writer = MemorySegments.writer(dropped);
        writer.appendValue(KEY, new byte[10], RecordHeader.NEVER, 0);
        list(writer, 1);
    }

    @Test
    void isFresh_writerFindsNothing_isTrue() {
        assertFreshAfterALookup(true);
    }

    /// A key had been removed while its value was being compacted; a run listed the removal, which
    /// then left the keydir. The key was written anew just before compaction came to it: the writer
    /// found it absent, as after a value that has been dropped, and the key was taken out of the
    /// count although it had already been. Not the writer's find decides, but that the removal is
    /// known: its key was not counted any more.
    @Test
    void isFresh_writerFindsTheRemovalInARun_isFalse() throws IOException {
        SegmentWriter writer =
                MemorySegments.writer(MemorySegments.segment(1, STORE, 6, false, 1 << 12));
        writer.appendTombstone(KEY, 0);
        list(writer, 2);

        assertFreshAfterALookup(false);
    }

    private void assertFreshAfterALookup(boolean fresh) {
        index.beginMoves();
        segments.conceal(List.of(dropped));
        Stripe stripe = index.stripeOf(hash);
        stripe.lock();
        try {
            assertEquals(-1, index.findToWrite(hash, KEY, segments::hasKey));
            index.put(hash, -1, 8);
        } finally {
            stripe.unlock();
        }
        if (fresh) {
            assertTrue(index.isFresh(hash));
        } else {
            assertFalse(index.isFresh(hash));
        }
        index.endMoves();
    }

    private void list(SegmentWriter writer, long runId) throws IOException {
        Segment segment = writer.segment();
        segments.put(segment);
        RealDisk disk = new RealDisk(directory);
        Covered all = new Covered(segment.id(), 64, writer.tail(), 0);
        assertTrue(RunBuilder.build(disk, STORE, runId, segment, all, true));
        runs.change(List.of(Run.map(disk, STORE, runId)), List.of());
    }
}
