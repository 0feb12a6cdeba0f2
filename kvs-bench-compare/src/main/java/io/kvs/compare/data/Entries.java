package io.kvs.compare.data;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The entries of a comparison, each computed from its index.
///
/// A key is 16 random-looking bytes that no other index has, so that neither order nor prefixes
/// tell a store anything. A value begins with 8 random-looking bytes that stand for its index and
/// its version, and goes on with a slice of noise that those 8 choose: values are cheap to make,
/// and each one can be checked without knowing what was written last. The [ValueForm] says whether
/// they can be compressed.
///
/// Safe for use by several threads at once; every array handed out is new.
public final class Entries {
    /// The size of each key in bytes.
    public static final int KEY_BYTES = 16;

    /// The smallest size of a value in bytes.
    public static final int VALUE_MIN_BYTES = 8;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int INDEX_BITS = 40;
    private static final long INDEX_MASK = (1L << INDEX_BITS) - 1;
    private static final long ABSENT = 1L << 60;
    private static final int NOISE_BYTES = 4 << 20;

    private final int valueBytes;
    private final byte[] noise;

    /// Prepares entries with values of one size.
    ///
    /// @param valueBytes the size of each value, from [#VALUE_MIN_BYTES]
    public Entries(int valueBytes) {
        this(valueBytes, ValueForm.RANDOM);
    }

    /// Prepares entries with values of one size and form.
    ///
    /// @param valueBytes the size of each value, from [#VALUE_MIN_BYTES]
    public Entries(int valueBytes, ValueForm form) {
        if (valueBytes < VALUE_MIN_BYTES) {
            throw new IllegalArgumentException("values are too small: " + valueBytes);
        }
        this.valueBytes = valueBytes;
        this.noise = form.noise(NOISE_BYTES + valueBytes);
    }

    /// Returns the key of an index.
    public byte[] key(long index) {
        return key(Scramble.scramble(index), Scramble.scramble(~index));
    }

    /// Returns a key that is never stored, of the same look as the others.
    public byte[] absentKey(long index) {
        return key(index | ABSENT);
    }

    /// Returns another key of an index: these ascend with the index.
    public byte[] ascendingKey(long index) {
        return key(index, Scramble.scramble(index));
    }

    /// Returns the value of an index after it was written `version` times before.
    public byte[] value(long index, long version) {
        byte[] value = new byte[valueBytes];
        long seed = Scramble.scramble(version << INDEX_BITS | index);
        LONGS.set(value, 0, seed);
        System.arraycopy(noise, noiseOffset(seed), value, Long.BYTES, valueBytes - Long.BYTES);
        return value;
    }

    /// Returns the version that `value` was made with.
    ///
    /// @throws WrongValueException it was not made for `index`, or bytes of it have changed
    public long version(long index, byte[] value) {
        if (value.length != valueBytes) {
            throw new WrongValueException(index, value.length + " bytes");
        }
        long seed = (long) LONGS.get(value, 0);
        long origin = Scramble.unscramble(seed);
        if ((origin & INDEX_MASK) != index) {
            throw new WrongValueException(index, "the value of another key");
        }
        int from = noiseOffset(seed);
        if (!Arrays.equals(
                value, Long.BYTES, valueBytes, noise, from, from + valueBytes - Long.BYTES)) {
            throw new WrongValueException(index, "damaged bytes");
        }
        return origin >>> INDEX_BITS;
    }

    private static byte[] key(long high, long low) {
        byte[] key = new byte[KEY_BYTES];
        LONGS.set(key, 0, high);
        LONGS.set(key, Long.BYTES, low);
        return key;
    }

    private static int noiseOffset(long seed) {
        return (int) seed & (NOISE_BYTES - 1);
    }
}
