package io.kvs.compare.data;

/// A one-to-one mixing of 64-bit numbers: neighbours end up far apart, and the way back is known.
final class Scramble {
    private static final long FIRST = 0xBF58476D1CE4E5B9L;
    private static final long SECOND = 0x94D049BB133111EBL;
    private static final long FIRST_INVERSE = inverse(FIRST);
    private static final long SECOND_INVERSE = inverse(SECOND);

    private Scramble() {}

    /// Returns the random-looking number that stands for `number`, and for no other.
    static long scramble(long number) {
        return fold(fold(fold(number) * FIRST) * SECOND);
    }

    /// Returns the number that `scrambled` stands for.
    static long unscramble(long scrambled) {
        return fold(fold(fold(scrambled) * SECOND_INVERSE) * FIRST_INVERSE);
    }

    /// Folds the upper half into the lower half; done twice, it changes nothing.
    private static long fold(long number) {
        return number ^ (number >>> 32);
    }

    /// Finds the inverse of an odd number modulo 2^64; each of Newton's steps doubles the right
    /// bits.
    private static long inverse(long odd) {
        long inverse = odd;
        for (int step = 0; step < 5; step++) {
            inverse *= 2 - odd * inverse;
        }
        return inverse;
    }
}
