package io.kvs.oneshot;

import org.jspecify.annotations.Nullable;

/// The newest record of a key in one place.
///
/// @param sequence its sequence number
/// @param value its value, or null for a tombstone
record Found(long sequence, byte @Nullable [] value) {}
