package io.kvs.commit;

import io.kvs.segment.SegmentWriter;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Makes the log durable, one sync for all who wait at the same time.
///
/// How it works. A writer that needs durability puts itself on the list of waiters. Whoever finds
/// nobody leading becomes the leader, syncs everything that is in the log by then, and wakes those
/// it has served; the others have gathered meanwhile, and one of them leads next. There is no
/// thread of its own and no hand-off: a lone writer syncs for itself.
///
/// After a sync that served several, the next leader waits for these to come back with their next
/// writes (Helland et al., Group Commit Timers, 1988): else they and those that came meanwhile
/// would take turns, and each sync would serve half of them. It waits for half as long as a sync
/// takes at most, and after it has waited in vain not at all for a while.
///
/// A sync first waits until every record before its end is complete, so that below a synced point
/// nothing is ever unfinished.
public final class GroupCommit {
    /// So many syncs at most are not waited for after a wait in vain.
    private static final int UNWAITED_MAX = 64;

    private static final long GATHER_NANOS_MAX = 2_000_000;

    private final Log log;
    private final Failure failure;
    private final LongSupplier nanos;
    private final AtomicBoolean leading = new AtomicBoolean();
    private final AtomicReference<@Nullable Waiter> waiters = new AtomicReference<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong syncs = new AtomicLong();

    /// How many waited when the last sync had ended, for that or the next one.
    private volatile int company;

    /// The leader, while it waits for the others.
    private volatile @Nullable Thread gatherer;

    /// How long the last sync took; guarded by the leader.
    private long syncNanos;

    /// How many more syncs are not waited for, and how many will be after the next wait in vain;
    /// guarded by the leader.
    private int unwaited;

    private int unwaitedNext = 1;

    /// Records with a smaller sequence number are on stable storage.
    private volatile long durable;

    private static final class Waiter {
        private final Thread thread;
        private final long sequence;
        private @Nullable Waiter next;

        Waiter(Thread thread, long sequence) {
            this.thread = thread;
            this.sequence = sequence;
        }
    }

    /// Makes it for a log.
    ///
    /// @param durable the log is durable before this sequence number
    /// @param nanos tells how time passes
    public GroupCommit(Log log, Failure failure, long durable, LongSupplier nanos) {
        this.nanos = nanos;
        this.log = log;
        this.failure = failure;
        this.durable = durable;
    }

    /// Returns whether the record with this sequence number is on stable storage.
    public boolean isDurable(long sequence) {
        return sequence < durable;
    }

    /// Returns how many syncs there were.
    public long syncs() {
        return syncs.get();
    }

    /// Returns when everything appended before the call is on stable storage.
    ///
    /// @throws io.kvs.StoreFailedException a sync failed, now or earlier
    public void syncAll() {
        await(log.lastSequence());
        failure.check();
    }

    /// Returns when the record with this sequence number is on stable storage. An interrupt does
    /// not end the wait, and is still set afterwards.
    ///
    /// @throws io.kvs.StoreFailedException a sync failed, now or earlier
    public void await(long sequence) {
        if (isDurable(sequence)) {
            return;
        }
        join(new Waiter(Thread.currentThread(), sequence));
        boolean interrupted = false;
        while (!isDurable(sequence) && !failure.isSet()) {
            if (leading.compareAndSet(false, true)) {
                lead(sequence);
            } else {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (!isDurable(sequence)) {
            failure.check();
        }
    }

    /// Returns when it may be told what the record with this sequence number says: when it is on
    /// stable storage, or at once if the answer of the operation is deferred.
    ///
    /// @throws io.kvs.StoreFailedException a sync failed, now or earlier
    public void acknowledge(long sequence) {
        if (!isDurable(sequence) && !Deferral.note(sequence, null)) {
            await(sequence);
        }
    }

    /// Does the same, and `then` as soon as the record is on stable storage.
    public void acknowledge(long sequence, Runnable then) {
        if (isDurable(sequence) || !Deferral.note(sequence, then)) {
            await(sequence);
            then.run();
        }
    }

    private void lead(long sequence) {
        try {
            if (!isDurable(sequence) && !failure.isSet()) {
                gather();
                long start = nanos.getAsLong();
                syncLog(lastAwaited(sequence));
                syncNanos = nanos.getAsLong() - start;
                if (!isDurable(sequence)) {
                    throw new IllegalStateException("no record has the number " + sequence);
                }
            }
        } catch (IOException | RuntimeException | InternalError e) {
            failure.set(e);
        } finally {
            leading.set(false);
            wake();
        }
    }

    /// Waits for those whom the last sync has served, if there were several.
    private void gather() {
        int expected = company;
        if (expected < 2 || waiting.get() >= expected) {
            return;
        }
        if (unwaited > 0) {
            unwaited--;
            return;
        }
        long end = nanos.getAsLong() + Math.min(syncNanos / 2, GATHER_NANOS_MAX);
        gatherer = Thread.currentThread();
        long left = end - nanos.getAsLong();
        while (waiting.get() < expected && left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, left);
            left = end - nanos.getAsLong();
        }
        gatherer = null;
        if (waiting.get() < expected) {
            unwaited = unwaitedNext;
            unwaitedNext = Math.min(2 * unwaitedNext, UNWAITED_MAX);
        } else {
            unwaitedNext = 1;
        }
    }

    /// Returns the largest sequence number that anybody waits for.
    private long lastAwaited(long own) {
        long last = own;
        for (Waiter waiter = waiters.get(); waiter != null; waiter = waiter.next) {
            last = Math.max(last, waiter.sequence);
        }
        return last;
    }

    /// Syncs all of the segments that hold records up to `sequence`.
    private void syncLog(long sequence) throws IOException {
        SegmentWriter[] writers = log.writers();
        for (int i = 0; i < writers.length; i++) {
            SegmentWriter writer = writers[i];
            if (writer.segment().baseSequence() > sequence) {
                return;
            }
            boolean ended = i < writers.length - 1;
            long tail = writer.tail();
            long end = ended ? writer.endOfMark() : tail;
            if (end > writer.synced()) {
                writer.awaitComplete(tail);
                log.sync(writer, end);
                syncs.getAndIncrement();
            }
            durable = Math.max(durable, writer.segment().baseSequence() + (tail >>> 3));
        }
    }

    private void join(Waiter waiter) {
        enlist(waiter);
        if (waiting.incrementAndGet() >= company) {
            LockSupport.unpark(gatherer); // Does nothing if there is none.
        }
    }

    private void enlist(Waiter waiter) {
        do {
            waiter.next = waiters.get();
        } while (!waiters.compareAndSet(waiter.next, waiter));
    }

    /// Wakes one waiter that still has to be served, to lead, and then all that have been served.
    private void wake() {
        Waiter all = waiters.getAndSet(null);
        boolean failed = failure.isSet();
        boolean leaderWoken = false;
        Waiter served = null;
        int count = 0;
        company = waiting.get();
        while (all != null) {
            Waiter waiter = all;
            all = waiter.next;
            if (failed || isDurable(waiter.sequence)) {
                waiter.next = served;
                served = waiter;
                count++;
            } else {
                enlist(waiter);
                if (!leaderWoken) {
                    leaderWoken = true;
                    LockSupport.unpark(waiter.thread);
                }
            }
        }
        waiting.addAndGet(-count);
        for (Waiter waiter = served; waiter != null; waiter = waiter.next) {
            LockSupport.unpark(waiter.thread);
        }
    }
}
