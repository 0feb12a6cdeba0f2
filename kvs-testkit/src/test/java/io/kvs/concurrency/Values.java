package io.kvs.concurrency;

import io.kvs.format.Checksum;
import io.kvs.format.LittleEndian;
import java.util.SplittableRandom;

/// Values that carry a checksum of their own, so that a reader who does not know what was written
/// last can tell a value from a mixture of two.
final class Values {
    private static final int CHECKSUM_BYTES = 4;
    private static final int LENGTH_MAX = 300;
    private static final int LARGE_LENGTH_MAX = 9_000;
    private static final int LARGE_PERIOD = 32;

    private Values() {}

    static byte[] random(SplittableRandom random) {
        int max = random.nextInt(LARGE_PERIOD) == 0 ? LARGE_LENGTH_MAX : LENGTH_MAX;
        byte[] value = new byte[CHECKSUM_BYTES + random.nextInt(max)];
        random.nextBytes(value);
        LittleEndian.putInt(value, 0, checksum(value));
        return value;
    }

    static boolean isWellFormed(byte[] value) {
        return value.length >= CHECKSUM_BYTES && LittleEndian.getInt(value, 0) == checksum(value);
    }

    private static int checksum(byte[] value) {
        return Checksum.of(value, CHECKSUM_BYTES, value.length - CHECKSUM_BYTES);
    }
}
