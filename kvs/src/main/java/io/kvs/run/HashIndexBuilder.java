package io.kvs.run;

import io.kvs.format.PositionMask;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Collects the keys of a run and makes its {@link HashIndex}, whose size is only known at the end.
///
/// The lines are made in pieces, each by a walk over all keys: so collecting takes 12 bytes a key,
/// and making the lines no more than a piece.
final class HashIndexBuilder {
    private static final int PIECE_LINES = 1 << 16;
    private static final int CHUNK_KEYS = 1 << 13;
    private static final int CHUNK_MIN_KEYS = 1 << 7;

    /// All are full but the last one; the first one grows as it is filled.
    private final List<long[]> hashes = new ArrayList<>();

    private final List<int[]> places = new ArrayList<>();
    private long count;

    /// What found no room in the lines made so far.
    private final List<Long> displaced = new ArrayList<>();

    private long made;

    /// Adds a key with its newest record.
    ///
    /// @param part the number of the covered part in which the record lies
    void add(long hash, int part, long offset) {
        int at = (int) (count % CHUNK_KEYS);
        if (at == 0) {
            int capacity = count == 0 ? CHUNK_MIN_KEYS : CHUNK_KEYS;
            hashes.add(new long[capacity]);
            places.add(new int[capacity]);
        } else if (at == hashes.getLast().length) {
            hashes.add(Arrays.copyOf(hashes.removeLast(), 2 * at));
            places.add(Arrays.copyOf(places.removeLast(), 2 * at));
        }
        hashes.getLast()[at] = hash;
        places.getLast()[at] = HashIndex.place(part, offset);
        count++;
    }

    /// Returns from how many lines hashes choose.
    long chosenLines() {
        return HashIndex.lines(count);
    }

    /// Returns how many lines have been made.
    long made() {
        return made;
    }

    /// Makes the next lines; none when all are made.
    ///
    /// @param position where in the file line 0 is
    /// @param salt see {@link PositionMask}
    byte[] next(long position, long salt) {
        long left = chosenLines() - made;
        int room =
                (int)
                        (left > 0
                                ? Math.min(left, PIECE_LINES)
                                : Math.ceilDiv(displaced.size(), HashIndex.LINE_SLOTS));
        byte[] lines = new byte[room * HashIndex.LINE_BYTES];
        byte[] used = new byte[room];
        List<Long> before = List.copyOf(displaced);
        displaced.clear();
        for (long slot : before) {
            put(slot, 0, lines, used);
        }
        if (left > 0) {
            fill(lines, used);
        }
        for (int line = 0; line < room; line++) {
            long mask = PositionMask.of(salt, position + HashIndex.LINE_BYTES * (made + line));
            HashIndex.seal(lines, line * HashIndex.LINE_BYTES, mask);
        }
        made += room;
        return lines;
    }

    private void fill(byte[] lines, byte[] used) {
        long all = chosenLines();
        long rest = count;
        for (int chunk = 0; chunk < hashes.size(); chunk++) {
            long[] chunkHashes = hashes.get(chunk);
            int[] chunkPlaces = places.get(chunk);
            int length = (int) Math.min(rest, CHUNK_KEYS);
            rest -= length;
            for (int i = 0; i < length; i++) {
                long line = HashIndex.lineOf(chunkHashes[i], all) - made;
                if (line >= 0 && line < used.length) {
                    put(HashIndex.slot(chunkHashes[i], chunkPlaces[i]), (int) line, lines, used);
                }
            }
        }
    }

    /// Puts a slot into the first line from `line` on that is not full.
    private void put(long slot, int line, byte[] lines, byte[] used) {
        int free = line;
        while (free < used.length && used[free] == HashIndex.LINE_SLOTS) {
            free++;
        }
        if (free == used.length) {
            displaced.add(slot);
        } else {
            HashIndex.put(lines, free * HashIndex.LINE_BYTES, used[free]++, slot);
        }
    }
}
