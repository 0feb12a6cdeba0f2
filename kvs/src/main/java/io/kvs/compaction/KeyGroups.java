package io.kvs.compaction;

import io.kvs.CorruptionException;
import io.kvs.hint.HintBuilder;
import io.kvs.hint.HintEntry;
import io.kvs.hint.HintReader;
import io.kvs.io.Disk;
import io.kvs.segment.Segment;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Merges the hint files of several segments: all their records, in groups of one key, in key
/// order.
final class KeyGroups implements AutoCloseable {
    private final List<Source> sources = new ArrayList<>();
    private final PriorityQueue<Source> queue =
            new PriorityQueue<>((a, b) -> Arrays.compareUnsigned(a.key(), b.key()));

    /// A record and the segment it lies in.
    record Item(Segment segment, HintEntry entry) {}

    private static final class Source {
        private final Segment segment;
        private final HintReader reader;
        private @Nullable HintEntry entry;

        Source(Segment segment, HintReader reader) {
            this.segment = segment;
            this.reader = reader;
        }

        byte[] key() {
            HintEntry current = entry;
            return current == null ? new byte[0] : current.key();
        }
    }

    /// Opens the hint files of `segments`; one that is missing or damaged is made again.
    KeyGroups(Disk disk, long storeId, List<Segment> segments) throws IOException {
        try {
            for (Segment segment : segments) {
                Source source = new Source(segment, open(disk, storeId, segment));
                sources.add(source);
                advance(source);
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /// Returns all records of the next key, or an empty list at the end.
    List<Item> next() throws IOException {
        List<Item> group = new ArrayList<>(2);
        while (true) {
            Source source = queue.peek();
            if (source == null
                    || !group.isEmpty()
                            && !Arrays.equals(group.getFirst().entry().key(), source.key())) {
                return group;
            }
            queue.remove();
            HintEntry entry = source.entry;
            if (entry != null) {
                group.add(new Item(source.segment, entry));
            }
            advance(source);
        }
    }

    @Override
    public void close() throws IOException {
        for (Source source : sources) {
            source.reader.close();
        }
    }

    private void advance(Source source) throws IOException {
        source.entry = source.reader.next();
        if (source.entry != null) {
            queue.add(source);
        }
    }

    private static HintReader open(Disk disk, long storeId, Segment segment) throws IOException {
        try {
            HintReader reader = HintReader.open(disk, storeId, segment.id(), segment.sorted());
            if (reader.covered() == segment.sealedEnd()) {
                return reader;
            }
            reader.close();
        } catch (NoSuchFileException | CorruptionException e) {
            // The hint file is a cache: it is made again below.
        }
        if (!HintBuilder.build(disk, storeId, segment, segment.sealedEnd())) {
            segment.markDamaged();
            throw segment.corruption(0, "a record in it is damaged");
        }
        return HintReader.open(disk, storeId, segment.id(), segment.sorted());
    }
}
