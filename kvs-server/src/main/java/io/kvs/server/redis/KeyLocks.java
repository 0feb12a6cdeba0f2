package io.kvs.server.redis;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.StampedLock;

/// Locks of keys, so that a command that reads and then writes is one step over any engine, and
/// several keys change together.
///
/// How it works. Each key belongs to one of 1,024 stripes by a hash that nobody outside can
/// foresee, and each stripe has a lock. Whatever writes holds the locks of its keys' stripes alone,
/// taken in ascending order, so that nobody waits in a circle. Reads of several keys are made
/// without locks and again with them if a writer came between ({@link Isolation}). A read of one
/// key takes none: the engine answers with a value that was there. Only while somebody writes
/// several keys as one it takes the lock too, since it could see one of the new values, and the
/// next read an old one; {@link #groupWrites()} says whether that is so.
///
/// Whoever writes to the engine from elsewhere must hold the locks too.
final class KeyLocks {
    static final int STRIPES = 1 << 10;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MULTIPLIER_1 = 0x9E3779B97F4A7C15L;
    private static final long MULTIPLIER_2 = 0xBF58476D1CE4E5B9L;

    private final StampedLock[] locks = new StampedLock[STRIPES];
    private final AtomicInteger groupWrites = new AtomicInteger();
    private final long seed = ThreadLocalRandom.current().nextLong();

    /// Makes locks that nobody holds.
    public KeyLocks() {
        for (int i = 0; i < STRIPES; i++) {
            locks[i] = new StampedLock();
        }
    }

    /// Returns the stripe of a key that is part of an array.
    int stripe(byte[] array, int offset, int length) {
        long hash = seed ^ length;
        int end = offset + length;
        int position = offset;
        for (; position <= end - Long.BYTES; position += Long.BYTES) {
            hash = mix(hash ^ (long) LONGS.get(array, position));
        }
        long rest = 0;
        for (; position < end; position++) {
            rest = rest << Byte.SIZE | array[position] & 0xFF;
        }
        return (int) (mix(hash ^ rest) >>> Long.SIZE - 10);
    }

    private static long mix(long value) {
        long mixed = value * MULTIPLIER_1;
        mixed = (mixed ^ mixed >>> 32) * MULTIPLIER_2;
        return mixed ^ mixed >>> 29;
    }

    /// Returns the lock of a stripe.
    StampedLock lock(int stripe) {
        return locks[stripe];
    }

    /// Does `work` as one step for everybody else.
    ///
    /// @param stripes those of all keys that it may write; not locked
    /// @param isGroup whether these are several keys
    <E extends Exception> void write(Stripes stripes, boolean isGroup, Work<E> work) throws E {
        stripes.lockExclusively();
        if (isGroup) {
            groupWrites.incrementAndGet();
        }
        try {
            work.run();
        } finally {
            if (isGroup) {
                groupWrites.decrementAndGet();
            }
            stripes.unlock();
        }
    }

    /// What is done under locks.
    interface Work<E extends Exception> {
        /// Does it.
        void run() throws E;
    }

    /// Returns whether somebody is writing several keys as one.
    boolean groupWrites() {
        return groupWrites.get() != 0;
    }
}
