package io.kvs.server.net;

import io.kvs.server.metrics.ServerMetrics;
import java.util.concurrent.atomic.AtomicInteger;

/// Holds replies back until what they tell is on stable storage, with one sync for many.
///
/// How it works. Whoever executes requests does so in rounds: requests of any number of
/// connections, then {@link Round#settle()}, then the replies are sent. A round becomes *dirty*
/// before its first write and is clean again after a sync that began after its last one. While any
/// round is dirty, a read may have seen what a power cut could take back; so every round settles by
/// a sync, its own writes or not, unless all rounds are clean. The engine merges syncs that are
/// asked for at once.
///
/// It relies on the engine's sync covering all that a read has seen before it.
public final class SyncGate {
    private final boolean syncs;
    private final Runnable sync;
    private final ServerMetrics metrics;
    private final AtomicInteger dirtyRounds = new AtomicInteger();

    private SyncGate(boolean syncs, Runnable sync, ServerMetrics metrics) {
        this.syncs = syncs;
        this.sync = sync;
        this.metrics = metrics;
    }

    /// Makes a gate that lets every reply pass at once.
    public static SyncGate open() {
        return new SyncGate(false, () -> {}, new ServerMetrics());
    }

    /// Makes a gate that syncs before replies pass.
    ///
    /// @param sync returns when all that was written is on stable storage, or throws
    /// @param metrics count the syncs
    public static SyncGate syncing(Runnable sync, ServerMetrics metrics) {
        return new SyncGate(true, sync, metrics);
    }

    /// Returns a new series of rounds, for one thread at a time.
    Round rounds() {
        return new Round();
    }

    /// The rounds of one thread, one after the other.
    final class Round {
        private boolean dirty;

        /// To be called before a write of this round.
        void beforeWrite() {
            if (syncs && !dirty) {
                dirty = true;
                dirtyRounds.incrementAndGet();
            }
        }

        /// Returns whether the round has written.
        boolean isDirty() {
            return dirty;
        }

        /// Ends the round: returns when its replies may be sent.
        ///
        /// @throws RuntimeException the sync failed: no reply of the round may be sent
        void settle() {
            if (syncs && dirtyRounds.get() > 0) {
                long startNanos = System.nanoTime();
                sync.run();
                metrics.syncNanos().add(System.nanoTime() - startNanos);
                metrics.syncs().increment();
                clean();
            }
        }

        /// Ends the series: what it has left dirty is nobody's affair any more, since either it was
        /// settled or the engine takes no more writes.
        void abandon() {
            clean();
        }

        private void clean() {
            if (dirty) {
                dirty = false;
                dirtyRounds.decrementAndGet();
            }
        }
    }

    /// Says that work outside of all rounds begins that may write; see {@link #workEnds}.
    void workBegins() {
        if (syncs) {
            dirtyRounds.incrementAndGet();
        }
    }

    /// Says that such work has ended, of which `round` will tell.
    void workEnds(Round round) {
        if (syncs) {
            round.beforeWrite();
            dirtyRounds.decrementAndGet();
        }
    }
}
