package io.kvs.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ExpiriesTest {
    private static final long ORIGIN = 1_800_000_000_000L;

    private final Expiries expiries = new Expiries(ORIGIN);

    @Test
    void expiredBytes_whatExpiredBeforeTheOrigin_isKnownAtTheOrigin() {
        expiries.add(ORIGIN, 8);
        expiries.add(ORIGIN - 1_000_000, 16);
        expiries.add(ORIGIN + 1, 32);

        assertEquals(24, expiries.expiredBytes(ORIGIN));
        assertEquals(24, expiries.expiredBytesMax(ORIGIN));
        assertEquals(56, expiries.expiredBytes(ORIGIN + 1));
    }

    @Test
    void expiredBytes_anyTimeToLive_isKnownAnEighthOfItLater() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            Expiries one = new Expiries(ORIGIN);
            long timeToLive = random.nextLong(1L << 1 + random.nextInt(42));
            one.add(ORIGIN + timeToLive, 8);

            assertEquals(0, one.expiredBytes(ORIGIN + timeToLive - 1));
            assertEquals(8, one.expiredBytesMax(ORIGIN + timeToLive));
            assertEquals(8, one.expiredBytes(ORIGIN + timeToLive + timeToLive / 8));
        }
    }

    @Test
    void add_negativeBytes_takesBack() {
        expiries.add(ORIGIN + 5_000, 24);
        expiries.add(ORIGIN + 5_000, -24);
        expiries.add(ORIGIN + 7_000, 8);

        assertEquals(8, expiries.expiredBytes(ORIGIN + 100_000));
    }

    @Test
    void add_another_addsAllOfIt() {
        Expiries other = expiries.empty();
        other.add(ORIGIN + 5, 8);
        other.add(ORIGIN + 1_000_000, 16);
        expiries.add(ORIGIN + 5, 32);
        expiries.add(other);

        assertEquals(40, expiries.expiredBytes(ORIGIN + 5));
        assertEquals(56, expiries.expiredBytes(ORIGIN + 2_000_000));
    }

    @Test
    void expiredBytes_neverOrNonsense_isNoError() {
        expiries.add(Long.MAX_VALUE, 8);
        expiries.add(Long.MIN_VALUE, 16);

        assertTrue(expiries.expiredBytes(ORIGIN + (1L << 42)) <= 16);
    }
}
