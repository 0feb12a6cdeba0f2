package io.kvs.server.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Bytes that are equal to others by what they are, such as a key or the name of a channel.
/// Immutable.
final class ByteString {
    private final byte[] bytes;
    private final int hash;

    private ByteString(byte[] bytes) {
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes);
    }

    /// Makes one of an array that nobody changes any more.
    static ByteString of(byte[] bytes) {
        return new ByteString(bytes);
    }

    /// Makes one of a text.
    static ByteString of(String text) {
        return new ByteString(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Returns the bytes, which are not to be changed.
    byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ByteString string
                && hash == string.hash
                && Arrays.equals(bytes, string.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
