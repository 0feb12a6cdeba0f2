package io.kvs.engine;

import io.kvs.commit.Failure;
import io.kvs.commit.Log;
import io.kvs.commit.Reserve;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.SegmentWriter;
import java.io.IOException;

/// The room that is set aside for writes, which goes with what is stored: the rest of the active
/// segment, the spare one, and the reserve.
final class WriteRoom {
    /// It is not worth while to make room smaller that is not larger than this.
    private static final long WORTHWHILE_BYTES = 1 << 20;

    private final SegmentTable segments;
    private final Log log;
    private final Reserve reserve;
    private final Capacity capacity;
    private final Candidates candidates;
    private final Housekeeper housekeeper;
    private final Failure failure;

    /// Makes it for a store.
    WriteRoom(
            SegmentTable segments,
            Log log,
            Reserve reserve,
            Capacity capacity,
            Candidates candidates,
            Housekeeper housekeeper,
            Failure failure) {
        this.segments = segments;
        this.log = log;
        this.reserve = reserve;
        this.capacity = capacity;
        this.candidates = candidates;
        this.housekeeper = housekeeper;
        this.failure = failure;
    }

    /// Makes it small, if there is much of it: nothing may be written for long.
    void rest() throws IOException {
        SegmentWriter active = log.active();
        long resting = capacity.resting(usedBytes());
        if (active != null && !active.isCut()) {
            log.dropSpare(Math.max(resting, WORTHWHILE_BYTES));
            restoreReserve();
            long free = active.capacity() - active.tail();
            if (free > Math.max(2 * resting, WORTHWHILE_BYTES)) {
                start(resting);
            }
        }
    }

    /// Gives back what is far more than suits the live bytes.
    void shrink(long liveBytes) throws IOException {
        SegmentWriter active = log.active();
        if (active != null && capacity.isExcessive(active.capacity(), liveBytes)) {
            start(capacity.next(liveBytes));
        }
        log.dropSpare(capacity.excessive(liveBytes));
        restoreReserve();
    }

    /// Starts a segment that suits the live bytes, if the active one holds anything that compaction
    /// would change, or is far too large.
    void settle(long nowMillis) throws IOException {
        SegmentWriter active = log.active();
        long live = candidates.liveBytes(nowMillis);
        if (active != null
                && (!candidates.isSettled(active.segment(), nowMillis)
                        || capacity.isExcessive(active.capacity(), live))) {
            try {
                log.startSegment(capacity.smallest(live));
            } catch (IOException e) {
                failure.check(); // The disk is full: what is stale in the active segment stays.
            }
        }
        housekeeper.sealEnded();
    }

    /// Ends the active segment, whatever it holds; it is to be sealed then.
    void startNext() throws IOException {
        log.startSegment(capacity.next(Figures.liveBytes(segments, log.writers())));
    }

    private void start(long bytes) throws IOException {
        log.startSegment(bytes);
        housekeeper.sealEnded();
    }

    /// Gives up the spare segment.
    void dropSpare() throws IOException {
        log.dropSpare();
    }

    /// Makes the reserve whole again, if there is room for that.
    void restoreReserve() {
        try {
            reserve.keep(capacity.next(usedBytes()));
        } catch (IOException e) {
            // There is still no room for it: it is tried again after the next step.
        }
    }

    /// Gives the reserve up for the moment; returns whether there was any.
    boolean lendReserve() throws IOException {
        return reserve.release();
    }

    /// Returns whether a part of the reserve has been used: the disk is full.
    boolean isScarce() {
        return reserve.isUsed();
    }

    private long usedBytes() {
        return Figures.usedBytes(segments, log.writers());
    }
}
