package io.kvs.rocksdb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The form of a value in RocksDB: when it expires, in milliseconds since 1970, big-endian in 8
/// bytes, and then the value.
final class StoredValue {
    /// The time at which a value without a time to live expires.
    static final long NEVER = Long.MAX_VALUE;

    static final int PREFIX_BYTES = 8;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private StoredValue() {}

    static byte[] encode(byte[] value, long expiryMillis) {
        byte[] stored = new byte[PREFIX_BYTES + value.length];
        LONG.set(stored, 0, expiryMillis);
        System.arraycopy(value, 0, stored, PREFIX_BYTES, value.length);
        return stored;
    }

    /// Returns the same with another time of expiry; `stored` stays as it is.
    static byte[] withExpiry(byte[] stored, long expiryMillis) {
        byte[] changed = stored.clone();
        LONG.set(changed, 0, expiryMillis);
        return changed;
    }

    static byte[] value(byte[] stored) {
        return Arrays.copyOfRange(stored, PREFIX_BYTES, stored.length);
    }

    static boolean hasValue(byte[] stored, byte[] value) {
        return Arrays.equals(stored, PREFIX_BYTES, stored.length, value, 0, value.length);
    }

    /// Returns when the value expires, of which `stored` is at least the beginning.
    static long expiryMillis(byte[] stored) {
        return (long) LONG.get(stored, 0);
    }

    static boolean isExpired(byte[] stored, long nowMillis) {
        return expiryMillis(stored) <= nowMillis;
    }

    /// Returns the key under which the index of times has a value: when it expires, and its key.
    static byte[] indexKey(long expiryMillis, byte[] key) {
        return encode(key, expiryMillis);
    }
}
