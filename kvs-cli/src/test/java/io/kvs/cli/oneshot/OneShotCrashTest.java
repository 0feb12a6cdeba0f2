package io.kvs.cli.oneshot;

import io.kvs.testkit.CrashRun;
import org.junit.jupiter.api.Test;

/// Kills and power cuts at any call, in single operations and in whole stores between them.
class OneShotCrashTest {
    private static final int RUNS = Integer.getInteger("kvs.runs", 300);
    private static final long FIRST_SEED = Long.getLong("kvs.seed", 0);

    @Test
    void anyCrash_losesNoAcknowledgedWrite() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
            new CrashRun(seed, new OneShotEngine.Subject(seed)).run();
        }
    }
}
