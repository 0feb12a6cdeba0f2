package io.kvs.compaction;

import io.kvs.CorruptionException;
import io.kvs.hint.HintEntry;
import io.kvs.hint.HintReader;
import io.kvs.index.KeyHash;
import io.kvs.index.Keydir;
import io.kvs.segment.LogPointer;
import io.kvs.segment.Segment;
import io.kvs.segment.Words;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a compaction has to look at in one segment and a range of keys, in key order: values that
/// the keydir points at, and tombstones.
///
/// Entries of the hint file are looked up some at a time, and the memory of all is touched before
/// any is looked at closer: the processor then waits for several at once.
final class Survivors implements AutoCloseable {
    private static final int BATCH = 64;

    private final Segment segment;
    private final HintReader reader;
    private final KeyRange range;
    private final Keydir keydir;
    private final KeyHash hash;
    private final @Nullable Item[] items = new Item[BATCH];
    private int count;
    private int at;

    /// A record and where it lies.
    ///
    /// @param keyHash the hash of its key
    /// @param keyStart the first eight bytes of its key, zeros for those that it does not have
    record Item(Segment segment, HintEntry entry, long keyHash, long keyStart) {

        static Item of(Segment segment, HintEntry entry, long keyHash) {
            long start = 0;
            for (int i = 0; i < Long.BYTES; i++) {
                start = start << 8 | (i < entry.key().length ? entry.key()[i] & 0xFF : 0);
            }
            return new Item(segment, entry, keyHash, start);
        }

        long pointer() {
            return LogPointer.of(segment.number(), entry.offset());
        }

        long sequence() {
            return segment.sequence(entry.offset(), segment.header(entry.offset()));
        }

        int compareKey(Item other) {
            int order = Long.compareUnsigned(keyStart, other.keyStart);
            return order != 0 ? order : Arrays.compareUnsigned(entry.key(), other.entry.key());
        }
    }

    Survivors(Segment segment, HintReader reader, KeyRange range, Keydir keydir, KeyHash hash) {
        this.segment = segment;
        this.reader = reader;
        this.range = range;
        this.keydir = keydir;
        this.hash = hash;
        if (range.from() != null) {
            reader.skipTowards(range.from());
        }
    }

    /// Returns the next record, or null behind the last.
    @Nullable Item next() throws IOException {
        while (at == count) {
            if (!nextBatch()) {
                return null;
            }
        }
        return items[at++];
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }

    /// Reads some entries and keeps those that survive; returns whether there were any to read.
    private boolean nextBatch() throws IOException {
        try {
            return lookUp();
        } catch (CorruptionException e) {
            segment.markDamaged();
            throw e;
        } catch (InternalError e) {
            segment.markDamaged();
            throw segment.corruption(0, "the device cannot read it: " + e.getMessage());
        }
    }

    private boolean lookUp() throws IOException {
        int read = 0;
        while (read < BATCH) {
            HintEntry entry = nextInRange();
            if (entry == null) {
                break;
            }
            items[read++] = Item.of(segment, entry, hash.of(entry.key()));
        }
        long words = 0;
        for (int i = 0; i < read; i++) {
            Item item = items[i];
            if (item != null) {
                words += keydir.stripeOf(item.keyHash()).touch(item.keyHash());
            }
        }
        at = 0;
        count = 0;
        for (int i = 0; i < read; i++) {
            Item item = items[i];
            if (item != null && survives(item)) {
                words += segment.touch(item.entry().offset());
                items[count++] = item;
            }
        }
        Words.keep(words);
        return read > 0;
    }

    private @Nullable HintEntry nextInRange() throws IOException {
        HintEntry entry = reader.next();
        while (entry != null && range.isBefore(entry.key())) {
            entry = reader.next();
        }
        return entry == null || range.isBehind(entry.key()) ? null : entry;
    }

    private boolean survives(Item item) {
        return item.entry().tombstone()
                || keydir.stripeOf(item.keyHash()).contains(item.keyHash(), item.pointer());
    }
}
