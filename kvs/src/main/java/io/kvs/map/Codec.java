package io.kvs.map;

import io.kvs.SerializationException;
import io.kvs.Utf8;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.UUID;

/// How objects of a type are stored as bytes.
///
/// Equal objects must have the same bytes, and other objects other ones; a map knows keys and
/// values by their bytes alone. The order of an ordered map is that of the bytes, unsigned. A codec
/// is used by any number of threads at once.
///
/// @param <T> the type
public interface Codec<T> {

    /// Text as UTF-8, in the order of code points: that of `String`, except that characters outside
    /// of the basic plane come last. Text with an unpaired surrogate cannot be stored. The empty
    /// text can be a key only behind a prefix.
    Codec<String> STRING =
            new Codec<>() {
                @Override
                public byte[] encode(String object) {
                    return Utf8.encode(object);
                }

                @Override
                public String decode(byte[] bytes) {
                    return Utf8.decode(bytes);
                }
            };

    /// Eight bytes, in numerical order.
    Codec<Long> LONG =
            new Codec<>() {
                @Override
                public byte[] encode(Long object) {
                    return ByteBuffer.allocate(Long.BYTES).putLong(ordered(object)).array();
                }

                @Override
                public Long decode(byte[] bytes) {
                    return ordered(buffer(bytes, Long.BYTES).getLong());
                }
            };

    /// Four bytes, in numerical order.
    Codec<Integer> INTEGER =
            new Codec<>() {
                @Override
                public byte[] encode(Integer object) {
                    int ordered = object ^ Integer.MIN_VALUE;
                    return ByteBuffer.allocate(Integer.BYTES).putInt(ordered).array();
                }

                @Override
                public Integer decode(byte[] bytes) {
                    return buffer(bytes, Integer.BYTES).getInt() ^ Integer.MIN_VALUE;
                }
            };

    /// The bytes themselves, in unsigned order.
    Codec<byte[]> BYTES =
            new Codec<>() {
                @Override
                public byte[] encode(byte[] object) {
                    return object.clone();
                }

                @Override
                public byte[] decode(byte[] bytes) {
                    return bytes;
                }
            };

    /// Sixteen bytes, in the order of the written form; `UUID` itself compares halves as signed.
    Codec<UUID> UUID =
            new Codec<>() {
                @Override
                public byte[] encode(UUID object) {
                    return ByteBuffer.allocate(2 * Long.BYTES)
                            .putLong(object.getMostSignificantBits())
                            .putLong(object.getLeastSignificantBits())
                            .array();
                }

                @Override
                public UUID decode(byte[] bytes) {
                    ByteBuffer buffer = buffer(bytes, 2 * Long.BYTES);
                    return new UUID(buffer.getLong(), buffer.getLong());
                }
            };

    /// Twelve bytes, seconds and nanoseconds, in order of time.
    Codec<Instant> INSTANT =
            new Codec<>() {
                @Override
                public byte[] encode(Instant object) {
                    return ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                            .putLong(ordered(object.getEpochSecond()))
                            .putInt(object.getNano())
                            .array();
                }

                @Override
                public Instant decode(byte[] bytes) {
                    ByteBuffer buffer = buffer(bytes, Long.BYTES + Integer.BYTES);
                    return Instant.ofEpochSecond(ordered(buffer.getLong()), buffer.getInt());
                }
            };

    /// Returns the bytes of `object`, which the caller may keep.
    ///
    /// @throws SerializationException it has none
    byte[] encode(T object);

    /// Returns the object that `bytes`, which may be kept, stand for.
    ///
    /// @throws SerializationException they stand for none
    T decode(byte[] bytes);

    private static long ordered(long number) {
        return number ^ Long.MIN_VALUE;
    }

    private static ByteBuffer buffer(byte[] bytes, int length) {
        if (bytes.length != length) {
            throw new SerializationException(
                    "there are " + bytes.length + " bytes where " + length + " are expected", null);
        }
        return ByteBuffer.wrap(bytes);
    }
}
