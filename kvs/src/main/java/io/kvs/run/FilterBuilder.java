package io.kvs.run;

import io.kvs.format.PositionMask;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Collects the hashes of the keys of a run and makes its {@link Filter}, whose size is only known
/// at the end.
final class FilterBuilder {
    private static final int CHUNK_HASHES = 1 << 13;
    private static final int CHUNK_MIN_HASHES = 1 << 7;

    /// All are full but the last one; the first one grows as it is filled.
    private final List<long[]> chunks = new ArrayList<>();

    private long count;

    /// Adds the hash of a key.
    void add(long hash) {
        int at = (int) (count % CHUNK_HASHES);
        if (at == 0) {
            chunks.add(new long[count == 0 ? CHUNK_MIN_HASHES : CHUNK_HASHES]);
        } else if (at == chunks.getLast().length) {
            chunks.add(Arrays.copyOf(chunks.removeLast(), 2 * at));
        }
        chunks.getLast()[at] = hash;
        count++;
    }

    /// Returns how many lines the filter has.
    long lines() {
        return Filter.lines(count);
    }

    /// Makes the lines from `from` to `to`: a large filter is made in pieces, each by a walk over
    /// all hashes.
    ///
    /// @param position where in the file line 0 is
    /// @param salt see {@link PositionMask}
    byte[] lines(long from, long to, long position, long salt) {
        byte[] lines = new byte[Math.toIntExact(Filter.LINE_BYTES * (to - from))];
        long all = lines();
        long rest = count;
        for (long[] chunk : chunks) {
            int length = (int) Math.min(rest, CHUNK_HASHES);
            rest -= length;
            for (int i = 0; i < length; i++) {
                long line = Filter.lineOf(chunk[i], all);
                if (line >= from && line < to) {
                    Filter.add(chunk[i], lines, (int) (line - from) * Filter.LINE_BYTES);
                }
            }
        }
        for (long line = from; line < to; line++) {
            long mask = PositionMask.of(salt, position + Filter.LINE_BYTES * line);
            Filter.seal(lines, (int) (line - from) * Filter.LINE_BYTES, mask);
        }
        return lines;
    }
}
