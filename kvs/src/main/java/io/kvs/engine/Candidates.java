package io.kvs.engine;

import io.kvs.commit.Log;
import io.kvs.compaction.CompactionPolicy.Candidate;
import io.kvs.compaction.Compactor;
import io.kvs.compression.Dictionaries;
import io.kvs.compression.Dictionary;
import io.kvs.segment.Expiries;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.SegmentUsage;
import java.util.ArrayList;
import java.util.List;

/// What the segments give back if they are compacted: what is stale, what has expired, and what
/// compression would save. The policy need not know why.
final class Candidates {
    private final SegmentTable segments;
    private final Log log;
    private final Compactor compactor;
    private final Dictionaries dictionaries;

    /// Makes it for the segments of a store.
    Candidates(SegmentTable segments, Log log, Compactor compactor, Dictionaries dictionaries) {
        this.segments = segments;
        this.log = log;
        this.compactor = compactor;
        this.dictionaries = dictionaries;
    }

    /// Returns the figures of the sealed segments.
    ///
    /// @param all whether everything counts that may have expired, not only what certainly has, and
    ///   everything that is not compressed as it is to be
    List<Candidate> of(long nowMillis, boolean all) {
        return until(Long.MAX_VALUE, nowMillis, all);
    }

    /// Returns the figures of those that begin with `lastSequence` or before.
    List<Candidate> until(long lastSequence, long nowMillis, boolean all) {
        List<Candidate> candidates = new ArrayList<>();
        for (Segment segment : segments.all()) {
            if (segment.baseSequence() <= lastSequence
                    && segment.sealedEnd() > 0
                    && !segment.isDamaged()) {
                candidates.add(of(segment, nowMillis, all));
            }
        }
        return candidates;
    }

    private Candidate of(Segment segment, long nowMillis, boolean all) {
        long tombstones = segment.usage().tombstoneBytes();
        boolean kept = segment.checkedGeneration() == compactor.generation();
        long live = Figures.liveBytes(segment, log.writers());
        long expired = Math.min(live, expiredBytes(segment, nowMillis, all));
        long saved = savedBytes(segment, live - expired);
        if (all && saved == 0 && live > expired && isOtherwise(segment)) {
            saved = 1;
        }
        return new Candidate(
                segment.id(),
                live - expired - saved,
                deadBytes(segment) + expired + saved,
                kept ? 0 : tombstones,
                kept ? tombstones : 0);
    }

    /// Returns the bytes that will be left of what is live now, without what has certainly expired
    /// and what compression will save.
    long lastingBytes(long nowMillis) {
        long lasting = 0;
        for (Segment segment : segments.all()) {
            long live = Figures.liveBytes(segment, log.writers());
            long rest = live - expiredBytes(segment, nowMillis, false);
            lasting += rest - savedBytes(segment, rest);
        }
        return Math.max(0, lasting);
    }

    /// Returns the live bytes without what has certainly expired.
    long liveBytes(long nowMillis) {
        long expired = 0;
        for (Segment segment : segments.all()) {
            expired += expiredBytes(segment, nowMillis, false);
        }
        return Math.max(0, Figures.liveBytes(segments, log.writers()) - expired);
    }

    /// Returns the bytes that are stale or have certainly expired.
    long staleBytes(long nowMillis) {
        long stale = 0;
        for (Segment segment : segments.all()) {
            stale += deadBytes(segment) + expiredBytes(segment, nowMillis, false);
        }
        return stale;
    }

    /// Returns whether everything in a segment that is written to is as compaction would leave it.
    boolean isSettled(Segment active, long nowMillis) {
        return dictionaries.current() == null
                && deadBytes(active) == 0
                && active.usage().tombstoneBytes() == 0
                && expiredBytes(active, nowMillis, true) == 0;
    }

    /// Returns what compression would save of a segment that was never compressed.
    private long savedBytes(Segment segment, long liveBytes) {
        Dictionary current = dictionaries.current();
        return current == null || segment.dictionary() != null
                ? 0
                : (long) (Math.max(0, liveBytes) * (1 - current.ratio()));
    }

    /// Returns whether a segment is not compressed in the way in which it would be now.
    private boolean isOtherwise(Segment segment) {
        Dictionary current = dictionaries.current();
        Dictionary used = segment.dictionary();
        return current == null || used == null
                ? current != used
                : !current.compression().equals(used.compression());
    }

    /// Returns what is stale of a segment, in it and in blobs.
    private static long deadBytes(Segment segment) {
        SegmentUsage usage = segment.usage();
        return usage.deadBytes() + usage.deadBlobBytes();
    }

    private static long expiredBytes(Segment segment, long nowMillis, boolean all) {
        Expiries expiries = segment.usage().expiries();
        if (expiries == null) {
            return 0;
        }
        return all ? expiries.expiredBytesMax(nowMillis) : expiries.expiredBytes(nowMillis);
    }
}
