package io.kvs.compaction;

import io.kvs.CorruptionException;
import io.kvs.hint.HintEntry;
import io.kvs.hint.HintReader;
import io.kvs.io.Disk;
import io.kvs.segment.Segment;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tells whether a tombstone is still needed: whether a segment outside of the compaction holds an
/// older value of its key, which would come back without it.
///
/// Keys must be asked for in ascending order. Where a hint file cannot be read, the answer is yes.
final class OlderValues implements AutoCloseable {
    private final Disk disk;
    private final long storeId;
    private final List<Segment> others;
    private @Nullable List<Source> sources;
    private boolean unknown;

    private static final class Source {
        private final Segment segment;
        private final HintReader reader;
        private @Nullable HintEntry entry;

        Source(Segment segment, HintReader reader) {
            this.segment = segment;
            this.reader = reader;
        }
    }

    /// Makes it for the sealed segments outside of the compaction.
    OlderValues(Disk disk, long storeId, List<Segment> others) {
        this.disk = disk;
        this.storeId = storeId;
        this.others = others;
    }

    /// Returns whether there may be a value of `key` with a smaller sequence number.
    boolean mayExist(byte[] key, long sequence) throws IOException {
        List<Source> opened = sources;
        if (opened == null) {
            opened = open();
            sources = opened;
        }
        if (unknown) {
            return true;
        }
        boolean found = false;
        for (Source source : opened) {
            if (source.segment.baseSequence() < sequence) {
                found |= hasOlder(source, key, sequence);
            }
        }
        return found;
    }

    @Override
    public void close() throws IOException {
        List<Source> opened = sources;
        if (opened != null) {
            for (Source source : opened) {
                source.reader.close();
            }
        }
    }

    private List<Source> open() throws IOException {
        List<Source> opened = new ArrayList<>();
        for (Segment segment : others) {
            unknown |= segment.isDamaged();
            try {
                HintReader reader = HintReader.open(disk, storeId, segment.id(), segment.sorted());
                opened.add(new Source(segment, reader));
                unknown |= reader.covered() != segment.sealedEnd();
            } catch (NoSuchFileException | CorruptionException e) {
                unknown = true;
            }
        }
        return opened;
    }

    private boolean hasOlder(Source source, byte[] key, long sequence) throws IOException {
        try {
            HintEntry entry = source.entry;
            if (entry == null || Arrays.compareUnsigned(entry.key(), key) < 0) {
                source.reader.skipTowards(key);
                entry = source.reader.next();
            }
            boolean found = false;
            while (entry != null) {
                int order = Arrays.compareUnsigned(entry.key(), key);
                if (order > 0) {
                    break;
                }
                found |= order == 0 && !entry.tombstone() && sequenceOf(source, entry) < sequence;
                entry = source.reader.next();
            }
            source.entry = entry;
            return found;
        } catch (CorruptionException e) {
            unknown = true;
            return true;
        }
    }

    private static long sequenceOf(Source source, HintEntry entry) {
        return source.segment.sequence(entry.offset(), source.segment.header(entry.offset()));
    }
}
