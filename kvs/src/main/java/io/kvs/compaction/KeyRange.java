package io.kvs.compaction;

import io.kvs.CorruptionException;
import io.kvs.hint.HintReader;
import io.kvs.io.Disk;
import io.kvs.segment.Segment;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A range of keys in the order of their unsigned bytes.
///
/// @param from the first key in it, null for all from the beginning
/// @param to the first key behind it, null for all to the end
record KeyRange(byte @Nullable [] from, byte @Nullable [] to) {

    boolean isBehind(byte[] key) {
        return to != null && Arrays.compareUnsigned(key, to) >= 0;
    }

    boolean isBefore(byte[] key) {
        return from != null && Arrays.compareUnsigned(key, from) < 0;
    }

    /// Splits all keys into at most `parts` ranges with about as many keys of the largest segment
    /// each.
    static List<KeyRange> split(Disk disk, long storeId, List<Segment> segments, int parts)
            throws IOException {
        List<byte[]> bounds = parts == 1 ? List.of() : bounds(disk, storeId, segments, parts);
        List<KeyRange> ranges = new ArrayList<>();
        byte @Nullable [] from = null;
        for (byte[] bound : bounds) {
            ranges.add(new KeyRange(from, bound));
            from = bound;
        }
        ranges.add(new KeyRange(from, null));
        return ranges;
    }

    private static List<byte[]> bounds(Disk disk, long storeId, List<Segment> segments, int parts)
            throws IOException {
        Segment largest = segments.stream().max(Comparator.comparingLong(Segment::sealedEnd)).get();
        try (HintReader reader = HintReader.open(disk, storeId, largest.id(), largest.sorted())) {
            return reader.bounds(parts);
        } catch (NoSuchFileException | CorruptionException e) {
            return List.of(); // Only a cache: one range will do.
        }
    }
}
