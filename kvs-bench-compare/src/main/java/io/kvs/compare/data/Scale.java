package io.kvs.compare.data;

/// How large a comparison is.
///
/// @param keys how many keys a loaded store holds
/// @param valueBytes the size of each value, in bytes
/// @param seconds how long a workload may run
/// @param values what values look like
public record Scale(long keys, int valueBytes, double seconds, ValueForm values) {
    private static final long KEYS_MAX = 400_000_000;
    private static final long SMALL_KEYS = 20_000;
    private static final long WARM_UP_KEYS = 200_000;
    private static final double WARM_UP_SECONDS = 1;

    /// A scale with values that cannot be compressed.
    public Scale(long keys, int valueBytes, double seconds) {
        this(keys, valueBytes, seconds, ValueForm.RANDOM);
    }

    /// Checks the limits.
    public Scale {
        if (keys < 2 || keys > KEYS_MAX) {
            throw new IllegalArgumentException(keys + " keys");
        }
        if (valueBytes < Entries.VALUE_MIN_BYTES || seconds <= 0) {
            throw new IllegalArgumentException(
                    "values of " + valueBytes + " bytes for " + seconds + " s");
        }
    }

    /// Returns the scale of the run that is thrown away, so that code is compiled before it counts.
    public Scale warmUp() {
        return new Scale(
                Math.min(keys, WARM_UP_KEYS),
                valueBytes,
                Math.min(seconds, WARM_UP_SECONDS),
                values);
    }

    /// Returns the scale of a store that is filled and thrown away before memory is measured.
    public Scale small() {
        return new Scale(Math.min(keys, SMALL_KEYS), valueBytes, seconds, values);
    }

    /// Returns its entries.
    public Entries entries() {
        return new Entries(valueBytes, values);
    }

    /// Returns the bytes of all keys and values of a loaded store.
    public long liveBytes() {
        return keys * (Entries.KEY_BYTES + valueBytes);
    }
}
