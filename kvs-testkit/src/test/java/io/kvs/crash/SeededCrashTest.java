package io.kvs.crash;

import io.kvs.testkit.CrashRuns;
import org.junit.jupiter.api.Test;

/// Lives of a store full of crashes, each made from a seed. A failure names its seed, which
///
/// ```
/// mvn -pl kvs-testkit -am verify -Dtest=SeededCrashTest -Dsurefire.failIfNoSpecifiedTests=false \
///     -Dkvs.seed=…
/// ```
///
/// repeats; `-Dkvs.runs=1000000` runs more of them, from the seed given by `-Dkvs.firstSeed`.
final class SeededCrashTest {
    private static final long RUNS = 10_000;

    @Test
    void store_crashedAtRandom_keepsWhatItPromised() throws InterruptedException {
        Long seed = Long.getLong("kvs.seed");
        try {
            if (seed != null) {
                CrashRuns.run(seed);
            } else {
                CrashRuns.run(Long.getLong("kvs.firstSeed", 0), Long.getLong("kvs.runs", RUNS));
            }
        } catch (AssertionError e) {
            throw new AssertionError(
                    e.getMessage()
                            + "\nTo repeat it: mvn -pl kvs-testkit -am verify"
                            + " -Dtest=SeededCrashTest -Dsurefire.failIfNoSpecifiedTests=false"
                            + " -Dkvs.seed=<SEED>",
                    e);
        }
    }
}
