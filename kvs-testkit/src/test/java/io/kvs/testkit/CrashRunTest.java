package io.kvs.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The measure of the test system: a sound store passes, and every planted bug is found.
final class CrashRunTest {
    private static final int SOUND_SEEDS = 2_000;
    private static final int BUG_SEEDS = 1_000;

    @Test
    void run_soundStore_passes() {
        for (long seed = 0; seed < SOUND_SEEDS; seed++) {
            new CrashRun(seed, TinyStore.Factory.withoutBug()).run();
        }
    }

    @ParameterizedTest
    @EnumSource(TinyStore.Bug.class)
    void run_plantedBug_isFound(TinyStore.Bug bug) {
        assertTrue(firstFinding(bug).isPresent(), bug + " was not found");
    }

    @Test
    void run_sameSeed_findsTheSame() {
        long seed = firstFinding(TinyStore.Bug.NO_SYNC).orElseThrow();

        String first = finding(seed, TinyStore.Bug.NO_SYNC);
        String second = finding(seed, TinyStore.Bug.NO_SYNC);

        assertEquals(first, second);
    }

    private static OptionalLong firstFinding(TinyStore.Bug bug) {
        for (long seed = 0; seed < BUG_SEEDS; seed++) {
            try {
                new CrashRun(seed, TinyStore.Factory.with(bug)).run();
            } catch (AssertionError _) {
                return OptionalLong.of(seed);
            }
        }
        return OptionalLong.empty();
    }

    private static String finding(long seed, TinyStore.Bug bug) {
        CrashRun run = new CrashRun(seed, TinyStore.Factory.with(bug));
        return String.valueOf(assertThrows(AssertionError.class, run::run).getMessage());
    }
}
