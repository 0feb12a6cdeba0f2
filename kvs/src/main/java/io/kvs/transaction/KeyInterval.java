package io.kvs.transaction;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The keys from `from` up to, not including, `to`.
///
/// @param from the smallest key; an empty array if there is no lower bound
/// @param to the first key behind, or null if there is no upper bound
public record KeyInterval(byte[] from, byte @Nullable [] to) {

    /// Returns whether `key` is within.
    public boolean contains(byte[] key) {
        return Arrays.compareUnsigned(from, key) <= 0
                && (to == null || Arrays.compareUnsigned(key, to) < 0);
    }
}
