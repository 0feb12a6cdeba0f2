package io.kvs.engine;

import io.kvs.CompactionFailedException;
import io.kvs.CorruptionException;
import io.kvs.commit.Failure;
import io.kvs.commit.Log;
import io.kvs.compaction.CompactionPolicy;
import io.kvs.compaction.CompactionPolicy.Candidate;
import io.kvs.compaction.Compactor;
import io.kvs.index.Index;
import io.kvs.io.Pace;
import io.kvs.run.DamagedRunException;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// The compaction of all there is, which somebody has asked for.
final class FullCompaction {
    /// It goes over so many times the bytes there were at most: who overwrites them meanwhile could
    /// make some of them stale again and again.
    private static final int PASSES_MAX = 4;

    private final SegmentTable segments;
    private final Index index;
    private final Log log;
    private final CompactionPolicy policy;
    private final Candidates candidates;
    private final Compactor compactor;
    private final Rounds rounds;
    private final Listing listing;
    private final WriteRoom room;
    private final Failure failure;

    /// Makes it for a store.
    FullCompaction(
            SegmentTable segments,
            Index index,
            Log log,
            CompactionPolicy policy,
            Candidates candidates,
            Compactor compactor,
            Rounds rounds,
            Listing listing,
            WriteRoom room,
            Failure failure) {
        this.segments = segments;
        this.index = index;
        this.log = log;
        this.policy = policy;
        this.candidates = candidates;
        this.compactor = compactor;
        this.rounds = rounds;
        this.listing = listing;
        this.room = room;
        this.failure = failure;
    }

    /// Compacts segments.
    private interface Compacting {
        void compact(List<Segment> victims) throws IOException;
    }

    /// Compacts until nothing is left of what was stale, everything sealed is in key order, and the
    /// runs are few, as far as there is room for that. Segments that are begun meanwhile are left
    /// alone.
    ///
    /// @param nowMillis one time for all: what was compacted holds nothing expired any more then
    /// @param stopped tells whether to do no more
    /// @throws CompactionFailedException a damaged segment was left as it is
    void run(long nowMillis, BooleanSupplier stopped) throws IOException {
        room.settle(nowMillis);
        long last = log.activeBase();
        long movedMax =
                compactor.movedMax(candidates.liveBytes(nowMillis), index.keydir().keyCount());
        List<CorruptionException> damages = new ArrayList<>();
        repeat(
                () -> policy.chooseAll(candidates.until(last, nowMillis, true), movedMax),
                victims -> {
                    try {
                        rounds.run(victims, Pace.UNLIMITED, nowMillis);
                    } catch (CorruptionException e) {
                        damages.add(e); // Its segment is left alone; the others go on.
                    }
                },
                stopped);
        room.dropSpare();
        sort(last, movedMax, nowMillis, stopped);
        room.restoreReserve();
        listing.mergeMany();
        if (!damages.isEmpty()) {
            CorruptionException damage = damages.getLast();
            throw new CompactionFailedException(
                    "a damaged segment was left as it is: " + damage.getMessage(), damage);
        }
    }

    /// Writes the segments of the log that hold nothing stale again, in key order: a scan reads
    /// them as they lie then. Where that meets damage, or a full disk, they stay as they are.
    private void sort(long last, long movedMax, long nowMillis, BooleanSupplier stopped) {
        try {
            repeat(
                    () -> policy.chooseUnsorted(unsorted(last, nowMillis), movedMax),
                    victims -> rounds.compact(victims, true, Pace.UNLIMITED, nowMillis),
                    stopped);
        } catch (IOException | CorruptionException | DamagedRunException e) {
            failure.check(); // Nothing else has changed.
        }
    }

    private List<Candidate> unsorted(long last, long nowMillis) {
        List<Candidate> unsorted = candidates.until(last, nowMillis, false);
        for (Segment segment : segments.all()) {
            if (segment.sorted()) {
                unsorted.removeIf(candidate -> candidate.id() == segment.id());
            }
        }
        return unsorted;
    }

    /// Has victims compacted until none are chosen any more.
    private void repeat(Supplier<List<Long>> choice, Compacting compacting, BooleanSupplier stopped)
            throws IOException {
        long left = PASSES_MAX * Figures.sealedBytes(segments.all());
        List<Segment> next = rounds.segments(choice.get());
        while (!next.isEmpty() && !stopped.getAsBoolean() && left > 0) {
            left -= Figures.sealedBytes(next);
            compacting.compact(next);
            next = rounds.segments(choice.get());
        }
    }
}
