package io.kvs.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class PaceTest {
    private static final long SECOND = 1_000_000_000;
    private static final int MEGABYTE = 1_000_000;

    private long now = -5 * SECOND;
    private long longestPause;
    private boolean hurried;
    private final Pace pace = new Pace(10 * MEGABYTE, () -> now, this::pass, () -> hurried);

    @Test
    void spend_withoutAPause_takesTheTimeOfTheRate() {
        long start = now;
        for (int i = 0; i < 100_000; i++) {
            pace.spend(1_000);
        }
        assertEquals(10.0, (now - start) / 1e9, 0.02);
    }

    @Test
    void spend_afterALongRest_isNoFaster() {
        pace.spend(MEGABYTE);
        now += 100 * SECOND;
        long start = now;
        for (int i = 0; i < 10; i++) {
            pace.spend(MEGABYTE);
        }
        assertEquals(1.0, (now - start) / 1e9, 0.02);
    }

    @Test
    void spend_somebodyWaiting_endsItsPauseSoon() {
        pace.spend(MEGABYTE);
        assertTrue(longestPause <= SECOND / 100);
        hurried = true;
        long start = now;
        pace.spend(100 * MEGABYTE);

        assertEquals(start, now);
    }

    @Test
    void spend_withoutARate_neverPauses() {
        new Pace(0, () -> now, this::pass, () -> false).spend(1_000 * MEGABYTE);
        Pace.UNLIMITED.spend(1_000 * MEGABYTE);

        assertEquals(0, longestPause);
    }

    private void pass(long nanos) {
        longestPause = Math.max(longestPause, nanos);
        now += nanos;
    }
}
