package io.kvs.oneshot;

import io.kvs.format.RecordHeader;
import org.jspecify.annotations.Nullable;

/// The newest record of a key in one place.
///
/// @param sequence its sequence number
/// @param value its value, or null for a tombstone
/// @param expiryMillis when the value expires, in milliseconds since 1970, or {@link
///   RecordHeader#NEVER}
record Found(long sequence, byte @Nullable [] value, long expiryMillis) {}
