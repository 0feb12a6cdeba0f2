package io.kvs;

import org.jspecify.annotations.Nullable;

/// A change of a store: what {@link KvStore#changes} tells. The arrays belong to whoever receives
/// it.
///
/// @param sequence its number; later changes have larger ones, with gaps
/// @param key the key
/// @param value the value that was stored, or null if the key was removed
public record ChangeEvent(long sequence, byte[] key, byte @Nullable [] value) {}
