package io.kvs;

import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What one write has made of a key. The array belongs to whoever receives the version; it is not
/// copied.
///
/// @param sequence the sequence number of the write: larger for a later one, the same in the log
///   for as long as the log holds it
/// @param value the value that was stored, or null if the key was removed, or the value has expired
/// @param expiry when the value expires, or null if it does not, or there is none
public record Version(long sequence, byte @Nullable [] value, @Nullable Instant expiry) {

    /// Returns whether the key was removed, or has expired.
    public boolean isRemoval() {
        return value == null;
    }

    /// Returns whether `other` is a version with the same number and the same bytes.
    @Override
    public boolean equals(@Nullable Object other) {
        return other
                        instanceof
                        Version(
                                long otherSequence,
                                byte @Nullable [] otherValue,
                                @Nullable Instant otherExpiry)
                && sequence == otherSequence
                && Arrays.equals(value, otherValue)
                && Objects.equals(expiry, otherExpiry);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(sequence) + Arrays.hashCode(value);
    }
}
