package io.kvs.engine;

import io.kvs.CorruptionException;
import io.kvs.commit.Failure;
import io.kvs.compaction.CompactionPolicy.Candidate;
import io.kvs.compaction.Compactor;
import io.kvs.io.Pace;
import io.kvs.run.DamagedRunException;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Rounds of compaction, and what is done instead where a damaged run or a full disk does not allow
/// one. Not to be used by two threads at once, but for {@link #giveUp}.
final class Rounds {
    private final Compactor compactor;
    private final Candidates candidates;
    private final SegmentTable segments;
    private final Listing listing;
    private final WriteRoom room;
    private final Failure failure;

    /// Whether a round under way is of no use any more, because the store is being closed.
    private volatile boolean givenUp;

    /// Makes them for a store.
    Rounds(
            Compactor compactor,
            Candidates candidates,
            SegmentTable segments,
            Listing listing,
            WriteRoom room,
            Failure failure) {
        this.compactor = compactor;
        this.candidates = candidates;
        this.segments = segments;
        this.listing = listing;
        this.room = room;
        this.failure = failure;
    }

    /// Compacts segments. A damaged run is made anew instead; on a full disk they are compacted one
    /// by one, as far as there is room for that.
    ///
    /// @param pace how fast; without a limit on several processors
    /// @throws CorruptionException a record is damaged; its segment is left alone from now on
    /// @throws IOException nothing has changed
    void run(List<Segment> victims, Pace pace, long nowMillis) throws IOException {
        try {
            compact(victims, !pace.isLimited(), pace, nowMillis);
        } catch (DamagedRunException e) {
            listing.repair(e.run()); // What the policy wants then is tried again.
        } catch (IOException e) {
            failure.check();
            room.dropSpare();
            if (!makeRoom(nowMillis)) {
                throw e;
            }
        }
    }

    /// Compacts segments, those or none.
    ///
    /// @param parallel whether to use several processors
    /// @throws CorruptionException a record is damaged; its segment is left alone from now on
    /// @throws DamagedRunException a run is damaged; nothing has changed
    /// @throws IOException nothing has changed
    void compact(List<Segment> victims, boolean parallel, Pace pace, long nowMillis)
            throws IOException {
        compactor.run(victims, parallel, pace, nowMillis, () -> givenUp);
        listing.dropDead();
    }

    /// Compacts segments one by one, those with the fewest bytes to move first, where the space
    /// suffices; returns whether any could be. Tombstones may all be needed as long as there are
    /// stale values, and take more space when they are sorted.
    boolean makeRoom(long nowMillis) throws IOException {
        List<Candidate> order = new ArrayList<>(candidates.of(nowMillis, false));
        order.removeIf(candidate -> candidate.garbageBytes() == 0);
        if (order.stream().anyMatch(candidate -> candidate.staleBytes() > 0)) {
            order.removeIf(candidate -> candidate.staleBytes() == 0);
        }
        order.sort(
                Comparator.<Candidate>comparingLong(
                        candidate -> candidate.movedBytes() + candidate.tombstoneBytes()));
        boolean any = false;
        for (Candidate candidate : order) {
            any |= compactWithReserve(candidate, nowMillis);
        }
        return any;
    }

    private boolean compactWithReserve(Candidate candidate, long nowMillis) throws IOException {
        List<Segment> victim = segments(List.of(candidate.id()));
        try {
            return fits(victim, nowMillis) || room.lendReserve() && fits(victim, nowMillis);
        } finally {
            room.restoreReserve();
        }
    }

    /// Compacts segments if there is room for it; returns whether there was.
    private boolean fits(List<Segment> victims, long nowMillis) {
        try {
            compact(victims, false, Pace.UNLIMITED, nowMillis);
            return true;
        } catch (DamagedRunException e) {
            return false;
        } catch (IOException e) {
            failure.check();
            return false;
        }
    }

    /// Returns segments by their ids, without those that have gone.
    List<Segment> segments(List<Long> ids) {
        List<Segment> found = new ArrayList<>();
        for (Segment segment : segments.all()) {
            if (ids.contains(segment.id())) {
                found.add(segment);
            }
        }
        return found;
    }

    /// Returns the bytes of records copied so far.
    long copiedBytes() {
        return compactor.writtenBytes();
    }

    /// Has a round under way given up unless it has copied everything, and each that begins before
    /// {@link #resume}.
    void giveUp() {
        givenUp = true;
    }

    /// Lets rounds come to their end again.
    void resume() {
        givenUp = false;
    }
}
