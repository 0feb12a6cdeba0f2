package io.kvs.cli;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A key and its value on their way in.
///
/// @param expiry when the value expires, or null if it does not
record Entry(byte[] key, byte[] value, @Nullable Instant expiry) {}
