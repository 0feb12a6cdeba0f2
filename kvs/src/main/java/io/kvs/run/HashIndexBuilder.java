package io.kvs.run;

import io.kvs.format.PositionMask;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Collects the keys of a run and makes its {@link HashIndex}, whose size is only known at the end.
///
/// The lines are made in pieces that fit a cache of the processor: for that the keys of each chunk
/// are put into the order of the pieces first (a radix partitioning; Manegold, Boncz and Kersten,
/// Optimizing Main-Memory Join on Modern Hardware, TKDE 2002). Collecting takes 12 bytes a key, and
/// making the lines a hundredth of that more, a chunk and a piece.
final class HashIndexBuilder {
    private static final int PIECE_LINES = 1 << 12;

    /// With more, too few keys of a chunk would lie beside each other.
    private static final int PIECES_MAX = 1 << 8;

    private static final int CHUNK_KEYS = 1 << 13;
    private static final int CHUNK_MIN_KEYS = 1 << 7;

    /// All are full but the last one; the first one grows as it is filled.
    private final List<long[]> hashes = new ArrayList<>();

    private final List<int[]> places = new ArrayList<>();
    private long count;

    /// Where in each chunk the keys of each piece begin, and where the last ones end; none before
    /// the first piece is made.
    private final List<int[]> starts = new ArrayList<>();

    private int pieces;
    private int nextPiece;

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
        if (pieces == 0) {
            long wanted = Long.highestOneBit(chosenLines() / PIECE_LINES);
            pieces = Math.clamp(wanted, 1, PIECES_MAX);
            partition();
        }
        boolean chosen = nextPiece < pieces;
        int room =
                chosen
                        ? (int) (firstLine(nextPiece + 1) - made)
                        : Math.ceilDiv(displaced.size(), HashIndex.LINE_SLOTS);
        byte[] lines = new byte[room * HashIndex.LINE_BYTES];
        byte[] used = new byte[room];
        List<Long> before = List.copyOf(displaced);
        displaced.clear();
        for (long slot : before) {
            put(slot, 0, lines, used);
        }
        if (chosen) {
            fill(nextPiece++, lines, used);
        }
        for (int line = 0; line < room; line++) {
            long mask = PositionMask.of(salt, position + HashIndex.LINE_BYTES * (made + line));
            HashIndex.seal(lines, line * HashIndex.LINE_BYTES, mask);
        }
        made += room;
        return lines;
    }

    /// Puts the keys of each chunk into the order of the pieces, which the highest bits of their
    /// hashes tell, as they do the lines.
    private void partition() {
        for (int chunk = 0; chunk < hashes.size(); chunk++) {
            int length = (int) Math.min(count - (long) chunk * CHUNK_KEYS, CHUNK_KEYS);
            starts.add(pieces == 1 ? new int[] {0, length} : partition(chunk, length));
        }
    }

    private int[] partition(int chunk, int length) {
        long[] chunkHashes = hashes.get(chunk);
        int[] chunkPlaces = places.get(chunk);
        int[] start = new int[pieces + 1];
        for (int i = 0; i < length; i++) {
            start[piece(chunkHashes[i]) + 1]++;
        }
        for (int piece = 0; piece < pieces; piece++) {
            start[piece + 1] += start[piece];
        }
        int[] next = start.clone();
        long[] orderedHashes = new long[length];
        int[] orderedPlaces = new int[length];
        for (int i = 0; i < length; i++) {
            int at = next[piece(chunkHashes[i])]++;
            orderedHashes[at] = chunkHashes[i];
            orderedPlaces[at] = chunkPlaces[i];
        }
        hashes.set(chunk, orderedHashes);
        places.set(chunk, orderedPlaces);
        return start;
    }

    /// Returns the number of the piece of a hash, which is chosen as its line is; the line is in
    /// that piece, or the first one of the next.
    private int piece(long hash) {
        return (int) HashIndex.lineOf(hash, pieces);
    }

    /// Returns the first line of a piece.
    private long firstLine(int piece) {
        if (piece == pieces) {
            return chosenLines();
        }
        long leastHash = (long) piece << Long.SIZE - Integer.numberOfTrailingZeros(pieces);
        return HashIndex.lineOf(leastHash, chosenLines());
    }

    private void fill(int piece, byte[] lines, byte[] used) {
        long all = chosenLines();
        for (int chunk = 0; chunk < hashes.size(); chunk++) {
            long[] chunkHashes = hashes.get(chunk);
            int[] chunkPlaces = places.get(chunk);
            int end = starts.get(chunk)[piece + 1];
            for (int i = starts.get(chunk)[piece]; i < end; i++) {
                int line = (int) (HashIndex.lineOf(chunkHashes[i], all) - made);
                put(HashIndex.slot(chunkHashes[i], chunkPlaces[i]), line, lines, used);
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
