package io.kvs.compaction;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A range of keys in the order of their unsigned bytes.
///
/// @param from the first key in it, null for all from the beginning
/// @param to the first key behind it, null for all to the end
record KeyRange(byte @Nullable [] from, byte @Nullable [] to) {
    /// So many keys of a segment tell how all of them are spread.
    private static final int SAMPLES = 32;

    /// A key of a segment.
    ///
    /// @param records how many records it stands for: itself and those up to the next one
    private record Sample(byte[] key, int records) {}

    /// Splits all keys into at most `parts` ranges with about as many records each.
    static List<KeyRange> split(List<Survivors> segments, int parts) {
        List<Sample> samples = new ArrayList<>();
        for (Survivors segment : segments) {
            addSamples(segment, parts, samples);
        }
        samples.sort((one, other) -> Arrays.compareUnsigned(one.key, other.key));
        long records = segments.stream().mapToLong(Survivors::count).sum();
        List<KeyRange> ranges = new ArrayList<>();
        byte @Nullable [] from = null;
        long before = 0;
        for (Sample sample : samples) {
            boolean isDue = before >= records * (ranges.size() + 1) / parts;
            byte[] least = from == null ? samples.getFirst().key : from;
            if (isDue && Arrays.compareUnsigned(least, sample.key) < 0) {
                ranges.add(new KeyRange(from, sample.key));
                from = sample.key;
            }
            before += sample.records;
        }
        ranges.add(new KeyRange(from, null));
        return ranges;
    }

    /// Takes some keys of a segment, at about equal distances.
    private static void addSamples(Survivors segment, int parts, List<Sample> samples) {
        int count = segment.count();
        int wanted = parts == 1 ? 0 : Math.min(count, SAMPLES);
        for (int i = 0; i < wanted; i++) {
            int at = (int) ((long) i * count / wanted);
            int next = (int) ((i + 1L) * count / wanted);
            samples.add(new Sample(segment.key(at), next - at));
        }
    }
}
