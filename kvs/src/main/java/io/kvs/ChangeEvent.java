package io.kvs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A change of a store: what {@link KvStore#changes} tells. The arrays belong to whoever receives
/// it.
///
/// @param sequence its number; later changes have larger ones, with gaps
/// @param key the key
/// @param value the value that was stored, or null if the key was removed, or the value has expired
///   before it was told
/// @param expiry when the value expires, or null if it does not, or there is none
public record ChangeEvent(
        long sequence, byte[] key, byte @Nullable [] value, @Nullable Instant expiry) {}
