package io.kvs.commit;

import io.kvs.segment.SegmentWriter;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Makes the log durable, one sync for all who wait at the same time.
///
/// How it works. A writer that needs durability puts itself on the list of waiters. Whoever finds
/// nobody leading becomes the leader, syncs everything that is in the log by then, and wakes those
/// it has served; the others have gathered meanwhile, and one of them leads next. There is no
/// thread of its own and no hand-off: a lone writer syncs for itself.
///
/// A sync first waits until every record before its end is complete, so that below a synced point
/// nothing is ever unfinished.
public final class GroupCommit {
    private final Log log;
    private final Failure failure;
    private final AtomicBoolean leading = new AtomicBoolean();
    private final AtomicReference<@Nullable Waiter> waiters = new AtomicReference<>();
    private final AtomicLong syncs = new AtomicLong();

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

    /// Makes it for a log that is durable before the sequence number `durable`.
    public GroupCommit(Log log, Failure failure, long durable) {
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
        enlist(new Waiter(Thread.currentThread(), sequence));
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

    private void lead(long sequence) {
        try {
            if (!isDurable(sequence) && !failure.isSet()) {
                syncLog(lastAwaited(sequence));
            }
        } catch (IOException | RuntimeException | InternalError e) {
            failure.set(e);
        } finally {
            leading.set(false);
            wake();
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
        while (all != null) {
            Waiter waiter = all;
            all = waiter.next;
            if (failed || isDurable(waiter.sequence)) {
                waiter.next = served;
                served = waiter;
            } else {
                enlist(waiter);
                if (!leaderWoken) {
                    leaderWoken = true;
                    LockSupport.unpark(waiter.thread);
                }
            }
        }
        for (Waiter waiter = served; waiter != null; waiter = waiter.next) {
            LockSupport.unpark(waiter.thread);
        }
    }
}
