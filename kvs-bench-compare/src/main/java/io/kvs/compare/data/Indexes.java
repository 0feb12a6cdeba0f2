package io.kvs.compare.data;

import java.util.SplittableRandom;

/// A way to choose among indexes. Immutable; the source of randomness comes with each call.
public interface Indexes {
    /// Draws an index, from 0 on.
    long next(SplittableRandom random);

    /// Returns the way in which each of `count` indexes is as likely as any other.
    static Indexes even(long count) {
        return random -> random.nextLong(count);
    }
}
