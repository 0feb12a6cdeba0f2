package io.kvs.testkit;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A value with the time at which it expires.
///
/// @param value the value
/// @param expiryMillis in milliseconds since 1970, or {@link #NEVER}
public record StoredValue(byte[] value, long expiryMillis) {
    /// The time at which a value without a time to live expires.
    public static final long NEVER = Long.MAX_VALUE;

    /// Makes one that does not expire.
    public StoredValue(byte[] value) {
        this(value, NEVER);
    }

    /// Returns what there is of a value at a time: itself, or null if it has expired.
    static @Nullable StoredValue at(@Nullable StoredValue stored, long nowMillis) {
        return stored == null || stored.expiryMillis <= nowMillis ? null : stored;
    }

    /// Returns the bytes of a value, or null for none.
    static byte @Nullable [] bytes(@Nullable StoredValue stored) {
        return stored == null ? null : stored.value;
    }

    /// Returns whether `other` is one with the same bytes and the same time.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StoredValue(byte[] otherValue, long otherMillis)
                && expiryMillis == otherMillis
                && Arrays.equals(value, otherValue);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(value) + Long.hashCode(expiryMillis);
    }

    @Override
    public String toString() {
        return Bytes.show(value) + (expiryMillis == NEVER ? "" : " until " + expiryMillis);
    }
}
