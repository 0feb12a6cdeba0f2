package io.kvs.compare.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ZipfTest {
    private static final int COUNT = 1000;
    private static final int DRAWS = 400_000;

    private final Zipf zipf = new Zipf(COUNT);
    private final SplittableRandom random = new SplittableRandom(17);

    @Test
    void rank_manyDraws_followsThePowerLaw() {
        int[] drawn = new int[COUNT];
        for (int i = 0; i < DRAWS; i++) {
            drawn[(int) zipf.rank(random)]++;
        }

        double zeta = 0;
        for (int rank = 1; rank <= COUNT; rank++) {
            zeta += Math.pow(rank, -0.99);
        }
        assertEquals(1 / zeta, (double) drawn[0] / DRAWS, 0.003);
        assertEquals(Math.pow(2, -0.99) / zeta, (double) drawn[1] / DRAWS, 0.003);
        assertEquals(Math.pow(100, -0.99) / zeta, (double) drawn[99] / DRAWS, 0.0005);
    }

    @Test
    void next_manyDraws_scattersThePopularOnes() {
        int[] drawn = new int[COUNT];
        for (int i = 0; i < DRAWS; i++) {
            drawn[Math.toIntExact(zipf.next(random))]++;
        }

        int popular = 0;
        int neighbours = 0;
        for (int index = 1; index < COUNT; index++) {
            popular += isPopular(drawn[index]) ? 1 : 0;
            neighbours += isPopular(drawn[index]) && isPopular(drawn[index - 1]) ? 1 : 0;
        }
        assertTrue(popular > 3, popular + " popular ones");
        assertTrue(neighbours <= popular / 3, neighbours + " neighbours of " + popular);
    }

    private static boolean isPopular(int draws) {
        return draws > DRAWS / 100;
    }
}
