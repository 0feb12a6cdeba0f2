package io.kvs.compare.store;

import org.jspecify.annotations.Nullable;

/// A store that keeps its keys in order.
public interface OrderedStore extends Store {
    /// Goes over the entries from `from` on, or from the first or last one, and reads each key and
    /// each value into an array; returns how many there were.
    ///
    /// @param from where to begin, or null for the first key, of a reversed scan the last one
    /// @param reversed whether to go to smaller keys
    /// @param limit after so many entries it ends
    long scan(byte @Nullable [] from, boolean reversed, long limit);
}
