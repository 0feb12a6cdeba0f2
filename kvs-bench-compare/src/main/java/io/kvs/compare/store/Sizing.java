package io.kvs.compare.store;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Scale;

/// What a store may be told about its future content; some must know it at creation.
///
/// @param keys how many keys it will hold at most
/// @param keyBytes the size of each key
/// @param valueBytes the size of each value
public record Sizing(long keys, int keyBytes, int valueBytes) {
    /// Returns the sizing for a comparison of `scale`.
    public static Sizing of(Scale scale) {
        return new Sizing(scale.keys(), Entries.KEY_BYTES, scale.valueBytes());
    }

    /// Returns the same with room for more keys.
    public Sizing plus(long moreKeys) {
        return new Sizing(keys + moreKeys, keyBytes, valueBytes);
    }
}
