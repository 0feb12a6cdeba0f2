package io.kvs.compaction;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Decides what to compact: a pure function of the figures of the segments.
///
/// Three reasons start a compaction.
///
/// - *Stale bytes* exceed both the threshold and a share of the live bytes. The segments with the
///   largest stale share are taken, as few as bring the stale bytes back to the bound: whoever is
///   left alone gathers more stale bytes until it is its turn, which keeps write amplification low
///   (the greedy policy; Rosenblum and Ousterhout, TOCS 1992).
/// - *Nothing is live*, so everything can go for free.
/// - *There are many small segments*, left by a store that was small or was often killed.
///
/// While nothing is written, stale bytes are brought down further, to a sixteenth of the live ones.
///
/// Tombstones count as stale as long as nothing is known to need them; one that a compaction had to
/// keep counts again only after stale values have been dropped elsewhere, so that every compaction
/// gives something back.
///
/// @param thresholdBytes no compaction for fewer stale bytes
/// @param spaceRatioMax how many times the live bytes the bytes of all records may become
/// @param roundBytes about how many live bytes one compaction may move that nobody asked for
public record CompactionPolicy(long thresholdBytes, double spaceRatioMax, long roundBytes) {
    private static final int SMALL_COUNT_MAX = 16;
    private static final int SMALL_SHARE = 256;
    private static final int RESTING_SHARE = 16;

    /// No writer waits for less than so many stale bytes.
    private static final long LEEWAY_BYTES = 1 << 20;

    private static final long EMPTY_STORE_THRESHOLD_BYTES = 32 << 10;

    /// Figures of a sealed segment.
    ///
    /// @param id its id
    /// @param liveBytes record bytes with the newest value of a key
    /// @param staleBytes record bytes with an overwritten or removed value
    /// @param tombstoneBytes record bytes of tombstones that may be dropped, as far as is known
    /// @param keptBytes record bytes of tombstones known to be needed
    public record Candidate(
            long id, long liveBytes, long staleBytes, long tombstoneBytes, long keptBytes) {

        /// Returns what compacting it gives back.
        public long garbageBytes() {
            return staleBytes + tombstoneBytes;
        }

        /// Returns what compacting it has to copy.
        public long movedBytes() {
            return liveBytes + keptBytes;
        }

        private double garbageShare() {
            return (double) garbageBytes() / (garbageBytes() + movedBytes() + 1);
        }
    }

    /// Returns the ids of the segments to compact together now, none if there is no reason.
    ///
    /// @param candidates the sealed segments that can be compacted
    /// @param liveBytes live record bytes of the whole store
    public List<Long> choose(List<Candidate> candidates, long liveBytes) {
        long garbage = garbageBytes(candidates);
        long bound =
                liveBytes == 0
                        ? Math.min(EMPTY_STORE_THRESHOLD_BYTES, thresholdBytes)
                        : bound(liveBytes);
        if (garbage > bound) {
            return ids(worst(candidates, garbage - bound, roundBytes));
        }
        return small(candidates, liveBytes);
    }

    /// Returns the ids of the segments to compact together while nothing is written, none if that
    /// is not worth while.
    ///
    /// @param movedMax how many bytes that may move
    public List<Long> chooseAtRest(List<Candidate> candidates, long liveBytes, long movedMax) {
        long garbage = garbageBytes(candidates);
        long bound = Math.max(thresholdBytes, liveBytes / RESTING_SHARE);
        if (garbage <= bound) {
            return List.of();
        }
        List<Candidate> chosen = worst(candidates, garbage - bound, roundBytes);
        long moved = chosen.stream().mapToLong(Candidate::movedBytes).sum();
        return moved <= movedMax ? ids(chosen) : List.of();
    }

    /// Returns how urgent a compaction is. It is not near as soon as the bound is passed: one that
    /// begins later copies less for each stale byte.
    public Pressure pressure(long staleBytes, long liveBytes) {
        long bound = bound(liveBytes);
        long over = staleBytes - LEEWAY_BYTES;
        if (over > bound * 2) {
            return Pressure.EXCEEDED;
        }
        if (over > bound / 2 * 3) {
            return Pressure.URGENT;
        }
        return over > bound / 4 * 5 ? Pressure.NEAR : Pressure.NONE;
    }

    private long bound(long liveBytes) {
        return Math.max(thresholdBytes, (long) (liveBytes * (spaceRatioMax - 1)));
    }

    /// Returns the ids of the segments to compact next so that nothing stale is left at the end;
    /// none when that is reached.
    ///
    /// @param movedMax about how many live bytes that may move
    public List<Long> chooseAll(List<Candidate> candidates, long movedMax) {
        return ids(worst(candidates, Long.MAX_VALUE, movedMax));
    }

    /// Returns the ids of the first of these segments, as many as are to be put into key order
    /// together.
    ///
    /// @param movedMax about how many live bytes that may move
    public List<Long> chooseUnsorted(List<Candidate> unsorted, long movedMax) {
        return round(unsorted, movedMax);
    }

    /// Returns the ids of the first of some segments, as many as are moved together, and one at
    /// least.
    private static List<Long> round(List<Candidate> order, long movedMax) {
        List<Long> chosen = new ArrayList<>();
        long moved = 0;
        for (Candidate candidate : order) {
            moved += candidate.movedBytes();
            if (!chosen.isEmpty() && moved > movedMax) {
                break;
            }
            chosen.add(candidate.id());
        }
        return chosen;
    }

    private static long garbageBytes(List<Candidate> candidates) {
        return candidates.stream().mapToLong(Candidate::garbageBytes).sum();
    }

    private static List<Candidate> worst(
            List<Candidate> candidates, long wantedBytes, long movedMax) {
        List<Candidate> order = new ArrayList<>(candidates);
        order.removeIf(candidate -> candidate.garbageBytes() == 0);
        order.sort(Comparator.comparingDouble(Candidate::garbageShare).reversed());
        List<Candidate> chosen = new ArrayList<>();
        long freed = 0;
        long moved = 0;
        for (Candidate candidate : order) {
            if (!chosen.isEmpty()
                    && (freed >= wantedBytes || moved + candidate.movedBytes() > movedMax)) {
                break;
            }
            chosen.add(candidate);
            freed += candidate.garbageBytes();
            moved += candidate.movedBytes();
        }
        return chosen;
    }

    private static List<Long> ids(List<Candidate> candidates) {
        return candidates.stream().map(Candidate::id).toList();
    }

    private List<Long> small(List<Candidate> candidates, long liveBytes) {
        long limit = Math.min(roundBytes, Math.max(liveBytes, thresholdBytes)) / SMALL_SHARE;
        List<Candidate> order = new ArrayList<>(candidates);
        order.removeIf(candidate -> candidate.movedBytes() + candidate.garbageBytes() > limit);
        if (order.size() <= SMALL_COUNT_MAX) {
            return List.of();
        }
        List<Long> chosen = round(order, roundBytes);
        return chosen.size() < 2 ? List.of() : chosen;
    }
}
