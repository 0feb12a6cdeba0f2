package io.kvs.run;

import io.kvs.CorruptionException;
import io.kvs.StoreIoException;
import io.kvs.format.KeyHash;
import io.kvs.format.RecordHeader;
import io.kvs.segment.Place;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.Words;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// The runs that list the records of the store.
///
/// Lookups take no lock; a change replaces the list. A compaction puts the run of its new segments
/// into the list before the old segments leave the {@link SegmentTable}: a lookup that found the
/// list unchanged has therefore missed no record that was moved meanwhile.
public final class RunTable {
    /// What {@link #find} returns if no run lists a record of the key.
    public static final long UNKNOWN = -1;

    /// What {@link #find} returns if the newest record of the key is its removal.
    public static final long REMOVED = -2;

    private final SegmentTable segments;
    private volatile RunSet present = new RunSet(List.of());

    /// Set once, before the first run is put in.
    private volatile KeyHash hash = new KeyHash(0);

    /// Makes an empty table.
    public RunTable(SegmentTable segments) {
        this.segments = segments;
    }

    /// Declares to which store the runs belong.
    public void setStoreId(long storeId) {
        hash = new KeyHash(storeId);
    }

    /// Returns the runs; the list never changes.
    public List<Run> all() {
        return present.runs();
    }

    /// Returns the runs with what they cover.
    public RunSet present() {
        return present;
    }

    /// Puts runs in and takes others out, in one step. What is taken out is not closed.
    public synchronized void change(Collection<Run> added, Collection<Run> removed) {
        List<Run> changed = new ArrayList<>(present.runs());
        changed.removeAll(removed);
        changed.addAll(added);
        present = new RunSet(changed);
    }

    /// Returns the pointer to the newest record of a key that any run lists, or -1 if that is a
    /// tombstone, whose segment may be gone the next moment, or if there is none.
    ///
    /// @throws DamagedRunException a run cannot be read
    public long find(byte[] key) {
        long keyHash = hash.of(key);
        return ask(asked -> {
            // One look at the segments for all runs: else what hides a record could have left
            // while the record was still there.
            Place newest = find(asked, key, keyHash, segments.byId()::get);
            if (newest == null) {
                return UNKNOWN;
            }
            return isTombstone(newest) ? REMOVED : newest.pointer();
        });
    }

    /// Asks the present runs, once more if they have been replaced meanwhile.
    @SuppressWarnings("ReferenceEquality") // the list is replaced, never changed
    private long ask(ToLongFunction<List<Run>> question) {
        while (true) {
            List<Run> asked = all();
            try {
                long answer = question.applyAsLong(asked);
                if (all() == asked) {
                    return answer;
                }
            } catch (IllegalStateException e) {
                if (all() == asked) {
                    throw e; // The store has been closed.
                }
            }
        }
    }

    /// Returns the newest record of a key that some runs list, or null.
    ///
    /// @param living tells the segment of an id, or null if it does not count
    /// @throws DamagedRunException a run cannot be read
    public @Nullable Place find(
            List<Run> asked, byte[] key, LongFunction<@Nullable Segment> living) {
        return find(asked, key, hash.of(key), living);
    }

    /// Takes the newest place that the hash indexes know, and has the record itself tell whether it
    /// is one of the key; if it is not, or they cannot tell, asks the blocks.
    ///
    /// A place in a segment that is gone counts for nothing, and neither does what its run may list
    /// of the key besides: the record has been moved, or was stale.
    private static @Nullable Place find(
            List<Run> asked, byte[] key, long keyHash, LongFunction<@Nullable Segment> living) {
        touch(asked, keyHash);
        @Nullable Place newest = null;
        for (Run run : asked) {
            long found = place(run, keyHash);
            if (found == Run.UNKNOWN) {
                return findInBlocks(asked, key, keyHash, living);
            }
            Segment segment = found == Run.ABSENT ? null : living.apply(run.segmentIdAt(found));
            if (segment != null) {
                Place place = new Place(segment, run.offsetAt(found));
                newest = place.isNewerThan(newest) ? place : newest;
            }
        }
        return newest == null || newest.segment().hasKey(newest.offset(), key)
                ? newest
                : findInBlocks(asked, key, keyHash, living);
    }

    /// Has the processor wait for the lines of all runs at once.
    private static void touch(List<Run> asked, long keyHash) {
        long words = 0;
        for (Run run : asked) {
            words += run.touch(keyHash);
        }
        Words.keep(words);
    }

    private static @Nullable Place findInBlocks(
            List<Run> asked, byte[] key, long keyHash, LongFunction<@Nullable Segment> living) {
        @Nullable Place newest = null;
        for (Run run : asked) {
            for (RunEntry entry : entries(run, key, keyHash)) {
                Segment segment = living.apply(entry.segmentId());
                if (segment != null) {
                    Place place = new Place(segment, entry.offset());
                    newest = place.isNewerThan(newest) ? place : newest;
                }
            }
        }
        return newest;
    }

    /// Returns whether a record is a tombstone. One that is damaged is taken for a value: whoever
    /// reads it meets the damage.
    private static boolean isTombstone(Place place) {
        return RecordHeader.kind(place.header()) == RecordHeader.TOMBSTONE
                && place.segment().isWhole(place.offset());
    }

    /// Returns whether any run lists a value of a key in a segment of a lower rank.
    ///
    /// @param living tells the segment of an id, or null if it does not count
    /// @throws DamagedRunException a run cannot be read
    public boolean hasOlderValue(byte[] key, long rank, LongFunction<@Nullable Segment> living) {
        long keyHash = hash.of(key);
        return ask(asked -> hasOlderValue(asked, key, keyHash, rank, living) ? 1 : 0) == 1;
    }

    private static boolean hasOlderValue(
            List<Run> asked,
            byte[] key,
            long keyHash,
            long rank,
            LongFunction<@Nullable Segment> living) {
        for (Run run : asked) {
            for (RunEntry entry : entries(run, key, keyHash)) {
                Segment segment = living.apply(entry.segmentId());
                if (segment != null && !entry.tombstone() && segment.rank() < rank) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Returns whether any run lists a record of a key in a segment of a higher rank.
    ///
    /// @throws DamagedRunException a run cannot be read
    public boolean hasNewer(byte[] key, long rank) {
        long keyHash = hash.of(key);
        return ask(asked -> hasNewer(asked, key, keyHash, rank) ? 1 : 0) == 1;
    }

    private boolean hasNewer(List<Run> asked, byte[] key, long keyHash, long rank) {
        for (Run run : asked) {
            for (RunEntry entry : entries(run, key, keyHash)) {
                Segment segment = segments.byId(entry.segmentId());
                if (segment != null && segment.rank() > rank) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Returns the rank of a segment, or {@link Ranks#GONE}.
    public long rank(long segmentId) {
        Segment segment = segments.byId(segmentId);
        return segment == null ? Ranks.GONE : segment.rank();
    }

    /// Notes of a segment whether it is sealed and runs list every record of it.
    public void check(Segment segment) {
        long end = segment.sealedEnd();
        if (end > 0 && gaps(segment.id(), end).isEmpty()) {
            segment.setListed();
        }
    }

    /// Returns up to where runs list every record of a segment.
    public long coveredEnd(long segmentId) {
        return gaps(segmentId, Long.MAX_VALUE).getFirst().from();
    }

    /// Returns the parts of a segment, up to `end`, of which no run lists the records.
    public List<Covered> gaps(long segmentId, long end) {
        return present.gaps(segmentId, end);
    }

    private static List<RunEntry> entries(Run run, byte[] key, long keyHash) {
        try {
            return run.find(key, keyHash);
        } catch (CorruptionException | IOException e) {
            throw unreadable(run, e);
        }
    }

    private static long place(Run run, long keyHash) {
        try {
            return run.findPlace(keyHash);
        } catch (CorruptionException | IOException e) {
            throw unreadable(run, e);
        }
    }

    private static RuntimeException unreadable(Run run, Exception e) {
        return e instanceof CorruptionException damage
                ? new DamagedRunException(run, damage)
                : new StoreIoException("cannot read " + run.path() + ": " + e.getMessage(), e);
    }
}
