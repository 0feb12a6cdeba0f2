package io.kvs.compare.workload;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Scale;
import io.kvs.compare.store.Store;
import java.util.concurrent.atomic.AtomicLongArray;

/// New keys that several threads store side by side, each of them every n-th, so that none waits to
/// learn which is next; and how far they have come together.
final class Insertions {
    private static final int TURNS_PER_INSERT = 20;

    private final Store store;
    private final Entries entries;
    private final long first;

    /// How many each thread has stored.
    private final AtomicLongArray stored;

    /// Prepares storing the indexes from `first` on by `threads` threads.
    Insertions(Store store, Entries entries, long first, int threads) {
        this.store = store;
        this.entries = entries;
        this.first = first;
        this.stored = new AtomicLongArray(threads);
    }

    /// Returns how many keys a workload of `scale` inserts at most.
    static long max(Scale scale) {
        return Workloads.turns(scale) / TURNS_PER_INSERT;
    }

    /// Returns what a thread does that inserts one in 20 times.
    ///
    /// @param thread its number, from 0 on
    /// @param otherwise what it does at all other times
    Operation atTimes(int thread, Operation otherwise) {
        return turn -> {
            if (turn % TURNS_PER_INSERT == TURNS_PER_INSERT - 1) {
                insert(thread);
            } else {
                otherwise.run(turn);
            }
        };
    }

    /// Returns the index up to which, exclusive, everything is stored.
    long end() {
        long fewest = Long.MAX_VALUE;
        for (int thread = 0; thread < stored.length(); thread++) {
            fewest = Math.min(fewest, stored.get(thread));
        }
        return first + fewest * stored.length();
    }

    private void insert(int thread) {
        long index = first + stored.get(thread) * stored.length() + thread;
        store.put(entries.key(index), entries.value(index, 0));
        stored.incrementAndGet(thread);
    }
}
