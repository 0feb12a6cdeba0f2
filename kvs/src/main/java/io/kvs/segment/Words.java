package io.kvs.segment;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Access to the words of mapped memory, little-endian, with the ordering that sharing needs.
public final class Words {
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG_UNALIGNED =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG_HANDLE = LONG.varHandle();
    private static final VarHandle INT_HANDLE = INT.varHandle();

    @SuppressWarnings("unused") // that is its use
    private static long kept;

    private Words() {}

    /// Reads a word at any offset.
    public static long get(MemorySegment memory, long offset) {
        return memory.get(LONG_UNALIGNED, offset);
    }

    /// Reads an aligned word; what was written before it was released is visible afterwards.
    public static long getAcquire(MemorySegment memory, long offset) {
        return (long) LONG_HANDLE.getAcquire(memory, offset);
    }

    /// Keeps the sum of words that were read only to bring them nearer to the processor: without a
    /// use of what they give, the compiler would leave the reads out.
    public static void keep(long sum) {
        kept = sum;
    }

    /// Writes an aligned word after everything written before.
    public static void setRelease(MemorySegment memory, long offset, long value) {
        LONG_HANDLE.setRelease(memory, offset, value);
    }

    /// Writes an aligned word.
    public static void set(MemorySegment memory, long offset, long value) {
        memory.set(LONG, offset, value);
    }

    /// Reads a word that need not be aligned.
    public static long getUnaligned(MemorySegment memory, long offset) {
        return memory.get(LONG_UNALIGNED, offset);
    }

    /// Writes a word at any offset.
    public static void setUnaligned(MemorySegment memory, long offset, long value) {
        memory.set(LONG_UNALIGNED, offset, value);
    }

    /// Writes `value` if the aligned word is zero; returns what was there.
    public static long putIfZero(MemorySegment memory, long offset, long value) {
        return (long) LONG_HANDLE.compareAndExchange(memory, offset, 0L, value);
    }

    /// Reads an aligned 32-bit word; what was written before it was released is visible afterwards.
    public static int getIntAcquire(MemorySegment memory, long offset) {
        return (int) INT_HANDLE.getAcquire(memory, offset);
    }

    /// Writes an aligned 32-bit word after everything written before.
    public static void setIntRelease(MemorySegment memory, long offset, int value) {
        INT_HANDLE.setRelease(memory, offset, value);
    }
}
