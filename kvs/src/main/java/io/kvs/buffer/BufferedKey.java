package io.kvs.buffer;

import java.util.Arrays;

/// A key in the write buffer.
final class BufferedKey implements Comparable<BufferedKey> {
    private final byte[] bytes;
    private final int hash;

    /// Makes one of an array that does not change as long as this is in use.
    BufferedKey(byte[] bytes) {
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes);
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BufferedKey key
                && key.hash == hash
                && Arrays.equals(key.bytes, bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /// For a map that many keys of one hash would make slow otherwise.
    @Override
    public int compareTo(BufferedKey other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }
}
