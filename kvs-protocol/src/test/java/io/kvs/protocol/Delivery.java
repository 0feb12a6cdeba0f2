package io.kvs.protocol;

import java.util.Arrays;
import java.util.SplittableRandom;

/// How a network brings bytes: cut into pieces anywhere. What is read of them must not depend on
/// it.
public enum Delivery {
    AT_ONCE,
    BYTE_BY_BYTE,

    /// In pieces of any length, always the same ones for the same bytes; what was not consumed of
    /// one moves to another buffer before the next.
    ANYHOW;

    /// The capacity of an input buffer that has to grow for the first time.
    private static final int CAPACITY_MIN_BYTES = 512;

    /// Reads what has come; returns whether it wants more.
    @FunctionalInterface
    public interface Reader {
        boolean read(InputBuffer in);
    }

    /// Brings bytes until the reader wants no more.
    public void bring(byte[] bytes, Reader reader) {
        SplittableRandom random = new SplittableRandom(Arrays.hashCode(bytes));
        InputBuffer in = new InputBuffer(0);
        int from = 0;
        boolean wanted = true;
        while (wanted && from < bytes.length) {
            int count = pieceBytes(bytes.length - from, random);
            in.append(bytes, from, count);
            from += count;
            wanted = reader.read(in);
            assert in.capacity() <= Math.max(CAPACITY_MIN_BYTES, 2 * from)
                    : in.capacity() + " bytes of memory for " + from;
            if (this == ANYHOW) {
                byte[] rest = in.toByteArray();
                in = new InputBuffer(rest.length);
                in.append(rest, 0, rest.length);
            }
        }
    }

    private int pieceBytes(int left, SplittableRandom random) {
        return switch (this) {
            case AT_ONCE -> left;
            case BYTE_BY_BYTE -> 1;
            case ANYHOW -> random.nextInt(1, 1 + random.nextInt(1, 1 + left));
        };
    }
}
