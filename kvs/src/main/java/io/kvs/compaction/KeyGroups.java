package io.kvs.compaction;

import io.kvs.CorruptionException;
import io.kvs.compaction.Survivors.Item;
import io.kvs.hint.HintBuilder;
import io.kvs.hint.HintReader;
import io.kvs.index.KeyHash;
import io.kvs.index.Keydir;
import io.kvs.io.Disk;
import io.kvs.segment.Segment;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/// Merges the {@link Survivors} of several segments: in groups of one key, in key order.
final class KeyGroups implements AutoCloseable {
    private final List<Survivors> sources = new ArrayList<>();
    private final PriorityQueue<Head> queue =
            new PriorityQueue<>((a, b) -> a.item.compareKey(b.item));

    /// The next record of a segment.
    private static final class Head {
        private final Survivors source;
        private Item item;

        Head(Survivors source, Item item) {
            this.source = source;
            this.item = item;
        }
    }

    /// Opens the hint files of `segments`; one that is missing or damaged is made again.
    KeyGroups(Disk disk, long storeId, List<Segment> segments, Keydir keydir, KeyHash hash)
            throws IOException {
        try {
            for (Segment segment : segments) {
                HintReader reader = open(disk, storeId, segment);
                Survivors source = new Survivors(segment, reader, keydir, hash);
                sources.add(source);
                Item first = source.next();
                if (first != null) {
                    queue.add(new Head(source, first));
                }
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /// Returns the records of the next key, or an empty list at the end.
    List<Item> next() throws IOException {
        List<Item> group = new ArrayList<>(1);
        while (true) {
            Head head = queue.peek();
            if (head == null || !group.isEmpty() && group.getFirst().compareKey(head.item) != 0) {
                return group;
            }
            group.add(head.item);
            queue.remove();
            Item next = head.source.next();
            if (next != null) {
                head.item = next;
                queue.add(head);
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Survivors source : sources) {
            source.close();
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
