package io.kvs.bench.scenario;

import io.kvs.KvStore;
import java.util.SplittableRandom;

/// Keys of 16 bytes in no order, and values of 100 bytes that tell whose they are.
final class Entries {
    private static final int KEY_BYTES = 16;
    private static final int VALUE_BYTES = 100;

    private Entries() {}

    /// Returns the key of a number.
    static byte[] key(long number) {
        byte[] key = new byte[KEY_BYTES];
        new SplittableRandom(number).nextBytes(key);
        return key;
    }

    /// Returns the value that the key of a number has after so many writes of it.
    static byte[] value(long number, int version) {
        byte[] value = new byte[VALUE_BYTES];
        putLong(value, 0, number);
        putLong(value, 8, version);
        return value;
    }

    /// Returns which version of the key of a number this value is.
    ///
    /// @throws IllegalStateException it is that of another key: the store is wrong
    static int version(long number, byte[] value) {
        if (value.length != VALUE_BYTES || getLong(value, 0) != number) {
            throw new IllegalStateException("wrong value of key " + number);
        }
        return (int) getLong(value, 8);
    }

    /// Writes the first version of keys.
    static void fill(KvStore store, long keys) {
        for (long number = 0; number < keys; number++) {
            store.set(key(number), value(number, 0));
        }
    }

    private static void putLong(byte[] bytes, int at, long value) {
        for (int i = 0; i < Long.BYTES; i++) {
            bytes[at + i] = (byte) (value >>> 8 * i);
        }
    }

    private static long getLong(byte[] bytes, int at) {
        long value = 0;
        for (int i = Long.BYTES - 1; i >= 0; i--) {
            value = value << 8 | bytes[at + i] & 0xFF;
        }
        return value;
    }
}
