package io.kvs.bench.scenario;

import io.kvs.KvStore;
import io.kvs.KvsOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/// How long opening takes after a close and after a kill in the middle of a fill at full speed, and
/// how fast the first gets are, in a JVM that has compiled the code.
final class OpenScenario {
    private static final int WARM_KEYS = 300_000;
    private static final long WARM_BUDGET_BYTES = 1 << 20;
    private static final int CLOSED_ROUNDS = 50;
    private static final int KILLS = 12;
    private static final int FIRST_GETS = 1_000;
    private static final int WARM_ROUNDS = 200;

    private OpenScenario() {}

    static void run(int keys) throws IOException, InterruptedException {
        try (Scratch scratch = Scratch.create()) {
            warmUp(scratch);
            try (KvStore store = KvStore.open(scratch.path("closed"))) {
                Entries.fill(store, keys);
            }
            report("after a close", openings(scratch.path("closed"), keys, CLOSED_ROUNDS));
            warmGets(scratch.path("closed"), keys);
            System.out.printf(
                    "for comparison, words of its files: read through a new mapping %.2f us each,"
                            + " by a call %.2f%n",
                    BareReads.mappedMicros(scratch.path("closed"), FIRST_GETS),
                    BareReads.calledMicros(scratch.path("closed"), FIRST_GETS));
            scratch.delete("closed");
            Openings killed = new Openings();
            for (int i = 0; i < KILLS; i++) {
                int written = killed(scratch.path("killed"), keys);
                killed.measure(scratch.path("killed"), written, i);
                scratch.delete("killed");
            }
            report("after a kill", killed);
        }
    }

    /// Fills a store without end; says so when the keys are there.
    static void fill(String directory, int keys) {
        KvStore store = KvStore.open(Path.of(directory));
        for (long number = 0; ; number++) {
            store.set(Entries.key(number), Entries.value(number, 0));
            if (number == keys) {
                System.out.println("filled");
            }
        }
    }

    private static void warmUp(Scratch scratch) {
        Path directory = scratch.path("warm");
        KvsOptions small = KvsOptions.defaults().withIndexBudgetBytes(WARM_BUDGET_BYTES);
        try (KvStore store = KvStore.open(directory, small)) {
            Entries.fill(store, WARM_KEYS);
            gets(store, WARM_KEYS, 2 * WARM_KEYS, new SplittableRandom(0));
        }
        openings(directory, WARM_KEYS, CLOSED_ROUNDS);
    }

    private static Openings openings(Path directory, int keys, int rounds) {
        Openings openings = new Openings();
        for (int i = 0; i < rounds; i++) {
            openings.measure(directory, keys, i);
        }
        return openings;
    }

    private static int killed(Path directory, int keys) throws IOException, InterruptedException {
        try (ChildJvm filling =
                ChildJvm.start(
                        List.of("-Xmx1g"),
                        "open-fill",
                        Integer.toString(keys),
                        directory.toString())) {
            filling.line();
            filling.kill();
        }
        return keys;
    }

    /// Openings of stores, each with its first gets.
    private static final class Openings {
        private final Sample opening = new Sample();
        private final Sample firstGets = new Sample();

        void measure(Path directory, int keys, int seed) {
            long start = System.nanoTime();
            try (KvStore store = KvStore.open(directory)) {
                opening.addSince(start);
                long opened = System.nanoTime();
                gets(store, keys, FIRST_GETS, new SplittableRandom(seed));
                firstGets.addSince(opened);
            }
        }
    }

    private static void warmGets(Path directory, int keys) throws InterruptedException {
        try (KvStore store = KvStore.open(directory)) {
            Thread.sleep(1_000 + keys / 1_000); // until the keydir has been filled
            Sample warm = new Sample();
            for (int i = 0; i < WARM_ROUNDS; i++) {
                long start = System.nanoTime();
                gets(store, keys, FIRST_GETS, new SplittableRandom(i));
                warm.addSince(start);
            }
            System.out.printf(
                    "warm gets: %.2f us (median of %d times %d)%n",
                    warm.medianMicros() / FIRST_GETS, WARM_ROUNDS, FIRST_GETS);
        }
    }

    private static void gets(KvStore store, int keys, int count, SplittableRandom random) {
        for (int i = 0; i < count; i++) {
            int number = random.nextInt(keys);
            Entries.version(number, store.get(Entries.key(number)).orElseThrow());
        }
    }

    private static void report(String occasion, Openings openings) {
        System.out.printf(
                "%s: open %.1f ms (max %.1f), first %d gets %.2f us each%n",
                occasion,
                openings.opening.medianMillis(),
                openings.opening.maxMillis(),
                FIRST_GETS,
                openings.firstGets.medianMicros() / FIRST_GETS);
    }
}
