package io.kvs.bench.scenario;

import io.kvs.KvStore;
import io.kvs.Snapshot;
import io.kvs.StoreStats;
import java.io.IOException;
import java.util.SplittableRandom;

/// An old snapshot while every key is overwritten five times and compaction goes on: what it reads,
/// and what it holds back until it is closed.
final class SnapshotScenario {
    private static final int OVERWRITES = 5;

    private SnapshotScenario() {}

    static void run(int keys) throws IOException {
        try (Scratch scratch = Scratch.create();
                KvStore store = KvStore.open(scratch.path("store"))) {
            Entries.fill(store, keys);
            try (Snapshot snapshot = store.snapshot()) {
                SplittableRandom random = new SplittableRandom(1);
                long reads = 0;
                long start = System.nanoTime();
                for (int version = 1; version <= OVERWRITES; version++) {
                    for (int number = 0; number < keys; number++) {
                        store.set(Entries.key(number), Entries.value(number, version));
                        if (number % 10 == 0) {
                            check(snapshot, random.nextInt(keys));
                            reads++;
                        }
                    }
                }
                System.out.printf(
                        "%d overwrites with %d gets of the snapshot between them: %.2f us each%n",
                        (long) OVERWRITES * keys,
                        reads,
                        (System.nanoTime() - start) / 1e3 / OVERWRITES / keys);
                for (int number = 0; number < keys; number++) {
                    check(snapshot, number);
                }
                report("snapshot open", store);
                store.compact();
                report("compacted", store);
            }
            report("snapshot closed", store);
            for (int number = 0; number < keys; number++) {
                byte[] value = store.get(Entries.key(number)).orElseThrow();
                if (Entries.version(number, value) != OVERWRITES) {
                    throw new IllegalStateException("the newest value is lost");
                }
            }
        }
    }

    private static void check(Snapshot snapshot, long number) {
        byte[] value = snapshot.get(Entries.key(number)).orElseThrow();
        if (Entries.version(number, value) != 0) {
            throw new IllegalStateException("the snapshot changed");
        }
    }

    private static void report(String moment, KvStore store) {
        StoreStats stats = store.stats();
        System.out.printf(
                "%s: %d MB on disk, %d held back, %d live%n",
                moment,
                stats.diskBytes() / 1_000_000,
                stats.heldBytes() / 1_000_000,
                stats.liveBytes() / 1_000_000);
    }
}
