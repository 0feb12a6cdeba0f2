package io.kvs.compare.data;

import java.util.SplittableRandom;

/// Indexes as users ask for them: a few very often, most of them rarely, as in YCSB.
///
/// The rank is drawn with the method of Gray et al., "Quickly Generating Billion-Record Synthetic
/// Databases" (1994), exponent 0.99, and then scattered, so that popular keys are not neighbours.
public final class Zipf implements Indexes {
    private static final double EXPONENT = 0.99;

    private final long count;
    private final double zeta;
    private final double eta;
    private final double secondBound = 1 + Math.pow(0.5, EXPONENT);
    private final double alpha = 1 / (1 - EXPONENT);

    /// Prepares drawing from `count` indexes; takes time in proportion to it.
    public Zipf(long count) {
        this.count = count;
        this.zeta = zeta(count);
        this.eta = (1 - Math.pow(2.0 / count, 1 - EXPONENT)) / (1 - zeta(2) / zeta);
    }

    @Override
    public long next(SplittableRandom random) {
        return Math.floorMod(Scramble.scramble(rank(random)), count);
    }

    /// Draws a rank, from 0 to the count, exclusive: 0 most often.
    public long rank(SplittableRandom random) {
        double uniform = random.nextDouble();
        double scaled = uniform * zeta;
        if (scaled < 1) {
            return 0;
        }
        if (scaled < secondBound) {
            return 1;
        }
        return (long) (count * Math.pow(eta * uniform - eta + 1, alpha));
    }

    private static double zeta(long count) {
        double sum = 0;
        for (long rank = 1; rank <= count; rank++) {
            sum += Math.pow((double) rank, -EXPONENT);
        }
        return sum;
    }
}
