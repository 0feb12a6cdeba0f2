package io.kvs;

import java.util.Arrays;

/// A key with its value. Both arrays belong to whoever receives the entry; they are not copied.
///
/// @param key the key
/// @param value the value
public record Entry(byte[] key, byte[] value) {

    /// Makes an entry of where `cursor` stands.
    static Entry of(Cursor cursor) {
        return new Entry(cursor.key(), cursor.value());
    }

    /// Returns the key as text.
    ///
    /// @throws SerializationException it is not UTF-8
    public String keyText() {
        return Utf8.decode(key);
    }

    /// Returns the value as text.
    ///
    /// @throws SerializationException it is not UTF-8
    public String valueText() {
        return Utf8.decode(value);
    }

    /// Returns whether `other` is an entry with the same bytes.
    @Override
    public boolean equals(Object other) {
        return other instanceof Entry(byte[] otherKey, byte[] otherValue)
                && Arrays.equals(key, otherKey)
                && Arrays.equals(value, otherValue);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(key) + Arrays.hashCode(value);
    }
}
