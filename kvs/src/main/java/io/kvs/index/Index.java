package io.kvs.index;

import io.kvs.format.KeyHash;
import io.kvs.index.Keydir.Records;
import io.kvs.index.Keydir.Stripe;
import io.kvs.run.Run;
import io.kvs.run.RunTable;
import io.kvs.segment.LogPointer;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Where the newest record of every key is: the {@link Keydir}, and behind it the runs on disk.
///
/// Every record that no run lists yet is in the keydir, if it is the newest of its key; so the
/// keydir always knows better than the runs. As long as the keydir is not *complete*, a key that it
/// does not have is looked up in the runs, and a removed key leaves its tombstone in the keydir,
/// for the runs still list its value. A complete keydir holds exactly the keys that have a value,
/// and the runs are not asked.
///
/// Whoever changes what the index says of a key holds the lock of the key's stripe.
public final class Index implements AutoCloseable {
    /// What {@link #candidate} returns if only the runs can tell.
    public static final long UNDECIDED = -2;

    /// Of so many lookups in the runs one puts its key into the keydir; a power of two.
    private static final int CACHED_SHARE = 4;

    private final Keydir keydir;
    private final KeyHash hash;
    private final SegmentTable segments;
    private final RunTable runs;
    private volatile boolean complete;

    /// What a key is looked up for.
    private enum Purpose {
        ANY,
        READ,
        WRITE
    }

    /// Set while a keydir that is complete is about to be so no more: tombstones stay in it.
    private volatile boolean leaving;

    /// Whether the keydir may still become complete. Guarded by `tombstones`.
    private boolean completing = true;

    /// The hashes of keys of which writers have found nothing since compaction began to point the
    /// keydir at its copies; null when it does not.
    private volatile @Nullable Set<Long> fresh;

    /// Counts misses; a race costs nothing.
    private int misses;

    /// Tombstones that were put into the keydir while it was not complete: hash and pointer of
    /// each. Guarded by itself.
    private final LongList tombstones = new LongList();

    /// Makes an empty index.
    ///
    /// @param hash the hash function of the keydir
    /// @param budgetBytes how many bytes the keydir is to take
    public Index(KeyHash hash, SegmentTable segments, RunTable runs, long budgetBytes) {
        this.keydir = new Keydir(budgetBytes, this::isEvictable);
        this.hash = hash;
        this.segments = segments;
        this.runs = runs;
    }

    /// Returns the keydir.
    public Keydir keydir() {
        return keydir;
    }

    /// Returns the runs.
    public RunTable runs() {
        return runs;
    }

    /// Returns the hash of a key by which it is found.
    public long hash(byte[] key) {
        return hash.of(key);
    }

    /// Returns the hash of the key that the first `length` bytes of an array make up.
    public long hash(byte[] bytes, int length) {
        return hash.of(bytes, length);
    }

    /// Returns the part of the keydir where a key with this hash is.
    public Stripe stripeOf(long keyHash) {
        return keydir.stripeOf(keyHash);
    }

    /// Returns whether every key that has a value is in the keydir. Stays as it is while the caller
    /// holds the lock of a stripe.
    public boolean isComplete() {
        return complete;
    }

    /// Returns the first pointer that may be that of a key with this hash, -1 if no such key has a
    /// record, or {@link #UNDECIDED}. Needs no lock.
    ///
    /// @throws IllegalStateException the keydir has been closed
    public long candidate(long keyHash) {
        boolean wasComplete = complete;
        long pointer = keydir.stripeOf(keyHash).candidate(keyHash);
        return pointer >= 0 || wasComplete ? pointer : UNDECIDED;
    }

    /// Returns the pointer to the newest record of a key, or -1. Needs no lock.
    ///
    /// @throws IllegalStateException a segment or a run has been retired meanwhile: look again
    /// @throws io.kvs.run.DamagedRunException a run has to be made anew first
    public long find(long keyHash, byte[] key, Records records) {
        return find(keyHash, key, records, Purpose.ANY);
    }

    /// Does the same for whoever holds the lock of the stripe, and notes a key of which nothing is
    /// known while compaction points the keydir at its copies: see {@link #isFresh}.
    public long findToWrite(long keyHash, byte[] key, Records records) {
        return find(keyHash, key, records, Purpose.WRITE);
    }

    /// Does the same, and keeps a pointer that was found in the runs in the keydir, now and then:
    /// what is asked for often will be there.
    public long findToRead(long keyHash, byte[] key, Records records) {
        return find(keyHash, key, records, Purpose.READ);
    }

    private long find(long keyHash, byte[] key, Records records, Purpose purpose) {
        while (true) {
            boolean wasComplete = complete;
            long pointer = keydir.stripeOf(keyHash).find(keyHash, key, records);
            if (wasComplete || pointer >= 0) {
                return pointer;
            }
            // Tombstones leave the keydir only when it is complete: there was none.
            if (!complete) {
                return switch (purpose) {
                    case ANY -> listed(runs.find(key));
                    case READ -> findListedToRead(keyHash, key);
                    case WRITE -> findListedToWrite(keyHash, key);
                };
            }
        }
    }

    private long findListedToRead(long keyHash, byte[] key) {
        List<Run> listed = runs.all();
        long pointer = listed(runs.find(key));
        if (pointer >= 0 && (++misses & CACHED_SHARE - 1) == 0) {
            cache(keyHash, key, pointer, listed);
        }
        return pointer;
    }

    private long findListedToWrite(long keyHash, byte[] key) {
        long found = runs.find(key);
        Set<Long> noted = fresh;
        if (found == RunTable.UNKNOWN && noted != null) {
            noted.add(keyHash);
        }
        return listed(found);
    }

    private static long listed(long found) {
        return Math.max(found, -1);
    }

    /// Returns whether the record at `pointer` is the newest of its key.
    public boolean isNewest(long keyHash, byte[] key, long pointer) {
        if (keydir.stripeOf(keyHash).contains(keyHash, pointer)) {
            return true;
        }
        return !complete && find(keyHash, key, segments::hasKey) == pointer;
    }

    /// Points a key at a new record. Needs the lock of the stripe.
    ///
    /// @param old what {@link #find} says, or -1
    public void put(long keyHash, long old, long pointer) {
        Stripe stripe = keydir.stripeOf(keyHash);
        if (old < 0 || !stripe.replace(keyHash, old, pointer)) {
            stripe.insert(keyHash, pointer);
        }
    }

    /// Prepares for values being dropped that only runs know of: whoever writes such a key from now
    /// on may find nothing of it although it is still counted.
    public void beginMoves() {
        fresh = ConcurrentHashMap.newKeySet();
    }

    /// Returns whether a writer has found nothing of a key since {@link #beginMoves}, not even its
    /// removal: then the value that is dropped was its newest record, and nobody has taken it out
    /// of the count. If the key had been removed before, the keydir or a run would have told.
    public boolean isFresh(long keyHash) {
        Set<Long> noted = fresh;
        return noted != null && noted.contains(keyHash);
    }

    /// Declares that everything has been moved.
    public void endMoves() {
        fresh = null;
    }

    /// Notes that a key has been removed. Needs the lock of the stripe.
    ///
    /// @param old what {@link #find} says
    /// @param tombstone the record of the removal
    /// @param awaited whether readers are to find the tombstone in any case, until {@link
    ///   #forgetTombstone}
    public void remove(long keyHash, long old, long tombstone, boolean awaited) {
        if (!complete || leaving) {
            rememberTombstone(keyHash, tombstone);
            put(keyHash, old, tombstone);
        } else if (awaited) {
            put(keyHash, old, tombstone);
        } else {
            keydir.stripeOf(keyHash).remove(keyHash, old);
        }
    }

    /// Takes a tombstone out of the keydir, unless it is still needed there.
    public void forgetTombstone(long keyHash, long tombstone) {
        Stripe stripe = keydir.stripeOf(keyHash);
        stripe.lock();
        try {
            if (complete && !leaving) {
                stripe.remove(keyHash, tombstone);
            }
        } finally {
            stripe.unlock();
        }
    }

    /// Has a tombstone taken out of the keydir as soon as that is complete.
    public void rememberTombstone(long keyHash, long tombstone) {
        synchronized (tombstones) {
            if (completing) {
                tombstones.add(keyHash);
                tombstones.add(tombstone);
            }
        }
    }

    /// Puts a pointer into the keydir, unless the key has one there.
    ///
    /// @param pointer found in runs: one that was found in the keydir may have been moved there by
    ///   a compaction, and have left, without any run being another one
    /// @param listed the runs before it was looked for
    @SuppressWarnings("ReferenceEquality") // the list of runs is replaced, never changed
    private void cache(long keyHash, byte[] key, long pointer, List<Run> listed) {
        Stripe stripe = keydir.stripeOf(keyHash);
        stripe.lock();
        try {
            // As long as the runs are the same no compaction has moved the record; one that does so
            // from now on finds the pointer here, and nobody has written the key and had that
            // listed.
            if (!complete
                    && runs.all() == listed
                    && stripe.find(keyHash, key, segments::hasKey) < 0) {
                stripe.insert(keyHash, pointer);
            }
        } finally {
            stripe.unlock();
        }
    }

    /// Returns whether a pointer may leave the keydir: the record is found through runs as well,
    /// and everybody is prepared for that.
    private boolean isEvictable(long pointer) {
        Segment segment = segments.at(LogPointer.segmentNumber(pointer));
        return !complete && segment != null && segment.isListed();
    }

    /// Prepares for a keydir that is not complete any more: removed keys leave their tombstones
    /// from now on. The keys removed before are forgotten as soon as runs list what is in the log
    /// now.
    public void beginLeaving() {
        leaving = true;
        keydir.awaitWriters();
    }

    /// Declares that keys may be missing in the keydir from now on.
    public void leave() {
        keydir.lock(Keydir.ALL_STRIPES);
        complete = false;
        keydir.unlock(Keydir.ALL_STRIPES);
    }

    /// Declares that the keydir will not be complete: tombstones stay in it.
    public void stayIncomplete() {
        synchronized (tombstones) {
            completing = false;
            tombstones.clear();
        }
    }

    /// Declares that every key that has a value is in the keydir.
    public void complete() {
        keydir.lock(Keydir.ALL_STRIPES);
        complete = true;
        keydir.unlock(Keydir.ALL_STRIPES);
        synchronized (tombstones) {
            completing = false;
            for (int i = 0; i < tombstones.size(); i += 2) {
                forgetTombstone(tombstones.get(i), tombstones.get(i + 1));
            }
            tombstones.clear();
        }
    }

    /// Releases the memory of the keydir. No lookup may be under way.
    @Override
    public void close() {
        leave(); // Who has yet to forget a tombstone does not look for it.
        keydir.close();
    }
}
