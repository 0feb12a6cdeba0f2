package io.kvs.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.engine.WriteLoad.Level;
import org.junit.jupiter.api.Test;

class WriteLoadTest {
    private static final long MILLISECOND = 1_000_000;
    private static final long MEBIBYTE = (1 << 20) / 8;

    private long nanos = 17;
    private long end = 42;
    private final WriteLoad load = new WriteLoad(() -> end, () -> nanos);

    @Test
    void level_nothingIsKnownYet_isQuiet() {
        assertEquals(Level.QUIET, load.level());
    }

    @Test
    void level_nothingWasWrittenForAWindow_isResting() {
        pass(249, 0);
        assertFalse(load.isResting());

        pass(1, 0);

        assertTrue(load.isResting());
    }

    @Test
    void level_aWriteAfterARest_isQuietAtOnce() {
        pass(1_000, 0);
        assertTrue(load.isResting());

        pass(1, 16);

        assertEquals(Level.QUIET, load.level());
    }

    @Test
    void level_moreIsWrittenThanInABusyWindow_isBusyBeforeTheWindowIsOver() {
        pass(10, 4 * MEBIBYTE);
        assertEquals(Level.QUIET, load.level());

        pass(1, 1);

        assertEquals(Level.BUSY, load.level());
    }

    @Test
    void level_afterAWindow_isTheRateOverIt() {
        assertEquals(Level.QUIET, after(1_000, MEBIBYTE));
        assertEquals(Level.MODERATE, after(1_000, MEBIBYTE + 1));
        assertEquals(Level.MODERATE, after(1_000, 16 * MEBIBYTE));
        assertEquals(Level.BUSY, after(1_000, 16 * MEBIBYTE + 1));
    }

    @Test
    void level_askedOften_isThatOfTheWholeWindow() {
        after(1_000, 20 * MEBIBYTE);

        for (int i = 0; i < 100; i++) {
            assertEquals(Level.BUSY, after(1, 0), "asked " + i);
        }
        assertEquals(Level.RESTING, after(250, 0));
    }

    private Level after(long millis, long written) {
        pass(millis, written);
        return load.level();
    }

    private void pass(long millis, long written) {
        nanos += millis * MILLISECOND;
        end += written;
    }
}
