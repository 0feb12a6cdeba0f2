package io.kvs.bench.scenario;

import io.kvs.KvStore;
import io.kvs.KvsOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/// Gets and overwrites in turn at full speed, without compaction and with it, which then never
/// ends: what those notice who read and write.
final class CompactionScenario {
    private static final int ROUNDS = 3;
    private static final long ROUND_NANOS = 8_000_000_000L;

    private CompactionScenario() {}

    /// What one round has measured.
    private record Round(Sample gets, Sample sets, double compactedShare) {}

    static void run(int keys) throws IOException {
        List<Round> without = new ArrayList<>();
        List<Round> with = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            without.add(measure(keys, false));
            with.add(measure(keys, true));
        }
        report("gets", without, with, Round::gets);
        report("sets", without, with, Round::sets);
        System.out.printf(
                "compaction wrote %.2f times what the sets did%n",
                median(with, Round::compactedShare));
    }

    private static Round measure(int keys, boolean compacting) throws IOException {
        KvsOptions options = KvsOptions.defaults().withAutomaticCompaction(compacting);
        try (Scratch scratch = Scratch.create();
                KvStore store = KvStore.open(scratch.path("store"), options)) {
            Entries.fill(store, keys);
            store.sync();
            SplittableRandom random = new SplittableRandom(1);
            Sample gets = new Sample();
            Sample sets = new Sample();
            int version = 1;
            for (long end = System.nanoTime() + ROUND_NANOS; System.nanoTime() - end < 0; ) {
                long read = random.nextInt(keys);
                byte[] readKey = Entries.key(read);
                long number = random.nextInt(keys);
                byte[] key = Entries.key(number);
                byte[] value = Entries.value(number, version++);
                long start = System.nanoTime();
                byte[] found = store.get(readKey).orElseThrow();
                gets.addSince(start);
                Entries.version(read, found);
                start = System.nanoTime();
                store.set(key, value);
                sets.addSince(start);
            }
            double share =
                    (double) store.stats().compactedBytes()
                            / Math.max(1, store.stats().writtenBytes());
            return new Round(gets, sets, share);
        }
    }

    private interface Choice {
        Sample of(Round round);
    }

    private static void report(String what, List<Round> without, List<Round> with, Choice choice) {
        for (double share : new double[] {0.5, 0.99, 0.999}) {
            double one = median(without, round -> choice.of(round).micros(share));
            double other = median(with, round -> choice.of(round).micros(share));
            System.out.printf(
                    "%s p%s: %.2f us without compaction, %.2f with: %.2f times%n",
                    what, Double.toString(100 * share), one, other, other / one);
        }
        System.out.printf(
                "%s slowest: %.1f ms without compaction, %.1f with%n",
                what,
                median(without, round -> choice.of(round).maxMillis()),
                median(with, round -> choice.of(round).maxMillis()));
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return rounds.stream()
                .sorted(Comparator.comparingDouble(figure))
                .mapToDouble(figure)
                .skip(rounds.size() / 2)
                .findFirst()
                .orElseThrow();
    }
}
