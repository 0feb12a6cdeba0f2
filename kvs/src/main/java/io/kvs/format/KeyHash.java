package io.kvs.format;

/// A seeded 64-bit hash of keys.
///
/// The keydir chooses its seed anew whenever a store is opened, so nobody outside can prepare keys
/// that collide. Runs use the store id, which makes the function a part of their format (FORMAT.md,
/// "Run file"). The construction follows the multiply-and-fold family (wyhash, Wang Yi 2019): the
/// 128-bit product of two words, each mixed with a secret, folded to 64 bits.
public final class KeyHash {
    private static final long SECRET_A = 0xA0761D6478BD642FL;
    private static final long SECRET_B = 0xE7037ED1A0B428DBL;
    private static final long SECRET_C = 0x8EBC6AF09C88C6E3L;

    private final long seed;

    /// Makes a hash function.
    public KeyHash(long seed) {
        this.seed = seed;
    }

    /// Returns the hash of a key.
    public long of(byte[] key) {
        return of(key, key.length);
    }

    /// Returns the hash of the key in the first `length` bytes of a buffer.
    public long of(byte[] key, int length) {
        assert length > 0;
        long hash = seed ^ SECRET_C;
        int i = 0;
        for (; length - i > 16; i += 16) {
            hash =
                    fold(
                            LittleEndian.getLong(key, i) ^ SECRET_A ^ hash,
                            LittleEndian.getLong(key, i + 8) ^ SECRET_B ^ seed);
        }
        long a;
        long b;
        if (length >= 8) {
            a = i + 8 <= length ? LittleEndian.getLong(key, i) : 0;
            b = LittleEndian.getLong(key, length - 8);
        } else {
            a = 0;
            b = 0;
            for (int k = 0; k < length; k++) {
                b = b << 8 | key[k] & 0xFF;
            }
        }
        hash = fold(a ^ SECRET_A ^ hash, b ^ SECRET_B);
        return fold(hash ^ SECRET_C, length ^ SECRET_A);
    }

    private static long fold(long x, long y) {
        return x * y ^ Math.unsignedMultiplyHigh(x, y);
    }
}
